use super::*;

const DAY: TimeDelta = TimeDelta::days(1);

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a valid time")
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn sec_1_the_key_file_is_made_once_and_only_for_its_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/keys.json");
    assert!(matches!(Keyring::open(&path, false, start()), Err(KeyError::File { .. })));
    let first = Keyring::open(&path, true, start()).expect("made");
    let again = Keyring::open(&path, true, start()).expect("read");
    assert_eq!(first.active(), again.active());
    assert_eq!(first.get(&first.active()), again.get(&again.active()));
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn sec_1_a_broken_key_file_is_named_and_not_quoted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    for (text, wanted) in [
        ("planted-secret", "is not a key file"),
        (r#"{"active":"k1","keys":{"k1":"planted-secret"}}"#, "key k1"),
        (r#"{"active":"k2","keys":{}}"#, "key k2 is missing"),
        (r#"{"active":"k2","keys":{},"created":{"k2":"planted-secret"}}"#, "is not a key file"),
    ] {
        std::fs::write(&path, text).expect("written");
        let message = Keyring::open(&path, true, start()).err().expect("refused").to_string();
        assert!(message.contains(wanted), "{message}");
        assert!(!message.contains("planted-secret"), "{message}");
    }
}

#[test]
fn derived_bytes_keep_their_parts_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let ring = Keyring::open(&folder.path().join("k"), true, start()).expect("made");
    let id = ring.active();
    assert_ne!(ring.derive(&id, "p", &[b"ab", b"c"]), ring.derive(&id, "p", &[b"a", b"bc"]));
    assert_ne!(ring.derive(&id, "p", &[]), ring.derive(&id, "q", &[]));
    assert_eq!(ring.derive("other", "p", &[]), None);
}

#[test]
fn sec_1_a_key_is_made_when_the_epoch_is_over_and_the_old_one_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let ring = Keyring::open(&path, true, start()).expect("made");
    let old = ring.active();
    assert!(!ring.rotate(start() + DAY * 89, Some(DAY * 90)).expect("not due"));
    assert_eq!(ring.active(), old);
    // What a process left that died while it wrote is in nobody's way.
    std::fs::write(folder.path().join("keys.json.new"), "half a fi").expect("written");
    assert!(ring.rotate(start() + DAY * 90, Some(DAY * 90)).expect("due"));
    assert!(!ring.rotate(start() + DAY * 90, Some(DAY * 90)).expect("not due"));
    assert_ne!(ring.active(), old);
    assert_eq!(ring.ids(), [ring.active(), old.clone()]);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left");
    let dates = ring.dates();
    let of = |id: &str| dates.iter().find(|dates| dates.id == id).expect("its dates");
    assert_eq!((of(&old).created_at, of(&old).retired_at), (Some(start()), Some(start() + DAY * 90)));
    assert_eq!(of(&ring.active()).created_at, Some(start() + DAY * 90));
    assert!(ring.rotate(start() + DAY * 90, None).expect("by hand"), "by hand at any time");
}

/// A file without dates is one too; its key is of unknown age, and so due.
#[test]
fn sec_1_a_key_of_unknown_age_is_due() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    std::fs::write(&path, format!(r#"{{"active":"k1","keys":{{"k1":"{}="}}}}"#, "A".repeat(43)))
        .expect("written");
    let ring = Keyring::open(&path, false, start()).expect("read");
    assert!(ring.rotate(start(), Some(DAY * 90)).expect("due"));
}

/// Several processes on one folder: one key is made, and the others take it over before they seal.
#[test]
fn sec_1_of_many_that_want_a_new_key_one_makes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let rings: Vec<Keyring> = (0..8).map(|_| Keyring::open(&path, true, start()).expect("opened")).collect();
    let made: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = rings
            .iter()
            .map(|ring| scope.spawn(|| ring.rotate(start() + DAY * 90, Some(DAY * 90)).expect("rotated")))
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().expect("ended"))).sum()
    });
    assert_eq!(made, 1);
    let actives: std::collections::BTreeSet<String> =
        rings.iter().map(|ring| ring.sealing_key().expect("a key").0).collect();
    assert_eq!(actives.len(), 1);
}

#[test]
fn sec_1_what_another_process_changed_is_taken_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let (one, two) = (
        Keyring::open(&path, true, start()).expect("opened"),
        Keyring::open(&path, true, start()).expect("opened"),
    );
    let old = one.active();
    assert!(one.rotate(start(), None).expect("rotated"));
    assert_eq!(two.active(), old);
    assert!(two.get(&one.active()).is_some(), "an unknown id is looked up in the file");
    assert!(one.rotate(start(), None).expect("rotated"));
    assert_eq!(two.sealing_key().expect("a key").0, one.active(), "nothing is sealed by a retired key");
    one.destroy(&old, start() + DAY).expect("destroyed");
    two.refresh().expect("read");
    assert!(two.get(&old).is_none());
    assert_eq!(two.destroyed_at(&old), Some(start() + DAY));
    let encoded = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(encoded.matches("=\"").count(), 2, "the file has two keys: {}", encoded.len());
}

#[test]
fn sec_1_the_active_key_cannot_be_destroyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ring = Keyring::open(&folder.path().join("keys.json"), true, start()).expect("made");
    ring.destroy(&ring.active(), start()).expect("nothing happens");
    assert!(ring.get(&ring.active()).is_some());
}

/// A file that lost its keys, or got others, does not take those away from what runs; and nothing is written
/// over it.
#[test]
fn sec_1_a_wrong_file_is_not_taken_over_while_running() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let ring = Keyring::open(&path, true, start()).expect("made");
    let id = ring.active();
    let other = Keyring::open(&folder.path().join("other.json"), true, start()).expect("made");
    let text = std::fs::read_to_string(folder.path().join("other.json")).expect("a file");
    std::fs::write(&path, &text).expect("written");
    assert!(matches!(ring.rotate(start(), None), Err(KeyError::Missing { id: missing }) if missing == id));
    std::fs::write(&path, text.replace(&other.active(), &id)).expect("written");
    assert!(matches!(ring.rotate(start(), None), Err(KeyError::Wrong { id: wrong }) if wrong == id));
    assert_eq!(ring.sealing_key().expect("a key").0, id);
}
