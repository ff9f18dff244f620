//! When a token is renewed, and when a try that failed comes again (HEALTH-1, HEALTH-2). Pure arithmetic: times and
//! randomness come in.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// When to renew a token that was got at `now`: `margin` before its end and up to a fifth of the margin earlier, drawn
/// by `random` (0 to 1), so that tokens that were got together are not renewed together. A token that lives shorter
/// than four margins is renewed in the last quarter of its life, or it would be due as soon as it is there.
pub fn refresh_at(
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    margin: TimeDelta,
    random: f64,
) -> DateTime<Utc> {
    let life = (expires_at - now).max(TimeDelta::zero());
    let margin = margin.max(TimeDelta::zero()).min(life / 4);
    expires_at - margin - part(margin / 5, random)
}

/// Whether a call must not be made with a token any more without renewing it first: what is left is less than 30
/// seconds, or for short tokens half of what the worker leaves itself. The worker is then late, or nobody was there.
pub fn is_about_to_expire(
    now: DateTime<Utc>,
    refresh_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
) -> bool {
    let left_by_worker = refresh_at.map_or(TimeDelta::zero(), |at| (expires_at - at).max(TimeDelta::zero()));
    now >= expires_at - (left_by_worker / 2).min(TimeDelta::seconds(30))
}

/// How long to wait after the `failures`-th failure in a row (1 for the first). The step doubles from 30 seconds to an
/// hour; half of it is fixed and half drawn by `random` (0 to 1). What the app asked for is kept where it is longer,
/// up to a day.
pub fn retry_in(failures: u32, random: f64, retry_after: Option<Duration>) -> TimeDelta {
    let step = TimeDelta::seconds(30 << failures.saturating_sub(1).min(7)).min(TimeDelta::hours(1));
    let own = step / 2 + part(step / 2, random);
    let asked = retry_after.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
    own.max(asked.min(TimeDelta::days(1)))
}

/// When to ask the app again whether a credential works: after `every`, up to a tenth earlier, drawn by `random`
/// (0 to 1). `None` where the app's entry sets no schedule.
pub fn probe_at(now: DateTime<Utc>, every: TimeDelta, random: f64) -> Option<DateTime<Utc>> {
    (every > TimeDelta::zero()).then(|| now + every - part(every / 10, random))
}

/// A part of a span, to the millisecond.
fn part(span: TimeDelta, random: f64) -> TimeDelta {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "spans are days at most, in milliseconds far below 2⁵³"
    )]
    TimeDelta::milliseconds((span.num_milliseconds() as f64 * random.clamp(0.0, 1.0)) as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn health_1_a_token_is_renewed_a_margin_before_its_end_with_jitter() {
        let margin = TimeDelta::minutes(5);
        assert_eq!(refresh_at(at(0), at(3600), margin, 0.0), at(3300));
        assert_eq!(refresh_at(at(0), at(3600), margin, 1.0), at(3240));
        // Four minutes: in the last quarter, not at once.
        assert_eq!(refresh_at(at(0), at(240), margin, 0.0), at(180));
    }

    #[test]
    fn health_1_on_use_a_token_with_little_left_is_renewed_first() {
        let is = |now, expires| {
            is_about_to_expire(
                at(now),
                Some(refresh_at(at(0), at(expires), TimeDelta::minutes(5), 0.0)),
                at(expires),
            )
        };
        assert!(!is(3569, 3600));
        assert!(is(3570, 3600));
        assert!(!is(2, 3), "a token of three seconds is used, not renewed for each call");
        assert!(is(3, 3));
        assert!(is_about_to_expire(at(10), None, at(10)), "without a way to renew it ends at its end");
        assert!(!is_about_to_expire(at(9), None, at(10)));
    }

    #[test]
    fn health_2_tries_come_slower_and_keep_what_the_app_asked_for() {
        assert_eq!(retry_in(1, 1.0, None), TimeDelta::seconds(30));
        assert_eq!(retry_in(3, 1.0, None), TimeDelta::seconds(120));
        assert_eq!(retry_in(u32::MAX, 1.0, None), TimeDelta::hours(1));
        assert_eq!(retry_in(1, 0.0, Some(Duration::from_mins(15))), TimeDelta::minutes(15));
        assert_eq!(
            retry_in(1, 0.0, Some(Duration::MAX)),
            TimeDelta::seconds(15),
            "no time at all is asked for"
        );
        assert_eq!(retry_in(1, 0.0, Some(Duration::from_hours(48))), TimeDelta::days(1));
    }

    proptest! {
        /// Whatever an app says, the worker comes before the end, and a fresh token is not due at once.
        #[test]
        fn health_1_a_renewal_lies_inside_of_the_tokens_life(
            life in 1i64..1_000_000, margin in 0i64..86_400, random in 0.0f64..=1.0
        ) {
            let due = refresh_at(at(0), at(life), TimeDelta::seconds(margin), random);
            prop_assert!(due > at(0) && due <= at(life));
            prop_assert!((due - at(0)) * 10 >= (at(life) - at(0)) * 7);
            prop_assert!(!is_about_to_expire(at(0), Some(due), at(life)));
        }

        #[test]
        fn health_3_a_probe_comes_within_its_schedule(every in 300i64..2_592_000, random in 0.0f64..=1.0) {
            let due = probe_at(at(0), TimeDelta::seconds(every), random).expect("a schedule");
            prop_assert!(due <= at(every) && (due - at(0)) * 10 >= TimeDelta::seconds(every) * 9);
        }
    }

    #[test]
    fn health_3_without_a_schedule_nothing_is_probed() {
        assert_eq!(probe_at(at(0), TimeDelta::zero(), 0.5), None);
    }
}
