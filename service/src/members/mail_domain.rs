//! Mail domains that organizations claim, and what administrators of the instance say to it (INV-4).
//!
//! Whoever runs an OpenID provider can make it name any address. So an organization's provider counts for the
//! addresses of its own domains only, and whose a domain is, somebody has to look up who has nothing to gain: the
//! administrator of the instance, who also makes its organizations. Until then a claim does nothing and keeps
//! nobody else from claiming the same.

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use domain::code::{ErrorCode, Problem};
use domain::event::{Event, MailDomainChange};
use domain::id::{MailDomainId, OrganizationId};
use domain::policy::Action;
use domain::text::{self, Email, Lines, NOTE_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::db::entity::{mail_domain, organization};
use crate::db::page::{Page, PageAsk, Position, behind, cut};
use crate::db::{Hold, Write};
use crate::error::{Error, Result};
use crate::feature::is_corporate;
use crate::{Service, ids};

/// Domains that one organization may claim.
const DOMAINS_MAX: u64 = 50;

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailDomainState {
    /// Waits for an administrator of the instance.
    Waiting,
    /// The domain is the organization's.
    Confirmed,
    /// It is not, or no more.
    Refused,
}

impl MailDomainState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Confirmed, Self::Refused];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Confirmed => "CONFIRMED",
            Self::Refused => "REFUSED",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A claim of an organization.
#[derive(Debug, Clone)]
pub struct MailDomainView {
    /// Id.
    pub id: MailDomainId,
    /// The domain, in small letters.
    pub domain: String,
    /// Where it stands.
    pub state: MailDomainState,
    /// Why it was refused.
    pub refusal: Option<String>,
    /// When it was claimed.
    pub created_at: DateTime<Utc>,
    /// When it was decided on.
    pub decided_at: Option<DateTime<Utc>>,
}

/// A claim as administrators of the instance see it.
#[derive(Debug, Clone)]
pub struct MailDomainClaim {
    /// The claim.
    pub claim: MailDomainView,
    /// Whose.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
}

impl MailDomainView {
    fn of(row: mail_domain::Model) -> Result<Self> {
        Ok(Self {
            id: MailDomainId(row.id),
            domain: row.domain,
            state: MailDomainState::parse(&row.state).ok_or_else(|| Error::corrupt("mail domain"))?,
            refusal: row.refusal,
            created_at: row.created_at,
            decided_at: row.decided_at,
        })
    }
}

impl Service {
    /// Claims a domain, or claims it again after a refusal. It counts once an administrator of the instance has
    /// confirmed it.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`, or a problem at `domain`.
    pub async fn claim_mail_domain(
        &self,
        actor: Actor,
        organization: OrganizationId,
        domain: &str,
    ) -> Result<MailDomainId> {
        self.check_organization(actor, Action::ManageSignIn, organization).await?;
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let domain = self.read_domain(domain)?;
        let mut write = self.write_holding(actor, Hold::Instance).await?;
        let of_organization =
            mail_domain::Entity::find().filter(mail_domain::Column::OrganizationId.eq(organization.0));
        let known =
            of_organization.clone().filter(mail_domain::Column::Domain.eq(&domain)).one(write.tx()).await?;
        let id = match known {
            Some(row) if row.state == MailDomainState::Refused.as_str() => {
                mail_domain::Entity::delete_by_id(row.id).exec(write.tx()).await?;
                MailDomainId(row.id)
            }
            Some(_) => return Err(Error::input(ErrorCode::Duplicate, "domain", "is claimed already")),
            None if of_organization.count(write.tx()).await? >= DOMAINS_MAX => {
                let message = format!("an organization has at most {DOMAINS_MAX} domains");
                return Err(Error::input(ErrorCode::TooMany, "domain", message));
            }
            None => ids::new(write.now()),
        };
        mail_domain::ActiveModel {
            id: Set(id.0),
            organization_id: Set(organization.0),
            domain: Set(domain),
            state: Set(MailDomainState::Waiting.as_str().to_owned()),
            refusal: Set(None),
            claimed_by: Set(user.0),
            created_at: Set(write.now()),
            decided_by: Set(None),
            decided_at: Set(None),
        }
        .insert(write.tx())
        .await?;
        let what = MailDomainChange::Claimed;
        write.emit(&Event::MailDomainChanged { what, organization, domain: id }).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Gives a domain up, whatever was decided on it. Its addresses sign in by code from then on.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `NOT_FOUND`, `FORBIDDEN`.
    pub async fn release_mail_domain(&self, actor: Actor, id: MailDomainId) -> Result<()> {
        let row = mail_domain::Entity::find_by_id(id.0).one(self.db.read()).await?;
        let organization =
            row.map(|row| OrganizationId(row.organization_id)).ok_or_else(|| missing(actor))?;
        self.check_organization(actor, Action::ManageSignIn, organization).await?;
        let mut write = self.write_holding(actor, Hold::Instance).await?;
        let gone = mail_domain::Entity::delete_by_id(id.0).exec(write.tx()).await?;
        if gone.rows_affected == 0 {
            return Err(Error::not_found());
        }
        let what = MailDomainChange::Released;
        write.emit(&Event::MailDomainChanged { what, organization, domain: id }).await?;
        write.commit().await
    }

    /// Claims of all organizations, newest first; for administrators of the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, or problems with the page.
    pub async fn mail_domains(
        &self,
        actor: Actor,
        state: Option<MailDomainState>,
        page: &PageAsk,
    ) -> Result<Page<MailDomainClaim>> {
        self.instance_admin(actor).await?;
        let (first, after) = page.read()?;
        let db = self.db.read();
        let mut query = mail_domain::Entity::find();
        if let Some(state) = state {
            query = query.filter(mail_domain::Column::State.eq(state.as_str()));
        }
        let total = page.count(db, &query).await?;
        match after {
            None => {}
            Some(Position::Time(at, id)) => {
                let at = (mail_domain::Column::CreatedAt, at);
                query = query.filter(behind(&Order::Desc, at, (mail_domain::Column::Id, id)));
            }
            Some(_) => {
                let message = "is a cursor of another list";
                return Err(Error::input(ErrorCode::InvalidCursor, "after", message));
            }
        }
        let rows = query
            .order_by_desc(mail_domain::Column::CreatedAt)
            .order_by_desc(mail_domain::Column::Id)
            .limit(first + 1)
            .all(db)
            .await?;
        let (rows, has_next) = cut(rows, first);
        let organizations = organization::Entity::find()
            .filter(organization::Column::Id.is_in(rows.iter().map(|row| row.organization_id)))
            .all(db)
            .await?;
        let rows = rows
            .into_iter()
            .map(|row| {
                let organization = organizations.iter().find(|one| one.id == row.organization_id);
                let organization = organization.ok_or_else(|| Error::corrupt("mail domain"))?;
                let position = Position::Time(row.created_at, row.id).encode();
                let claim = MailDomainClaim {
                    organization: OrganizationId(organization.id),
                    organization_name: organization.name.clone(),
                    claim: MailDomainView::of(row)?,
                };
                Ok((position, claim))
            })
            .collect::<Result<_>>()?;
        Ok(Page { rows, has_next, total })
    }

    /// Confirms a claim, or refuses it with a reason; also one that was decided before. For administrators of
    /// the instance.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `CONFLICT` when the domain is confirmed for another
    /// organization, or a problem with `refusal`.
    pub async fn review_mail_domain(
        &self,
        actor: Actor,
        id: MailDomainId,
        refusal: Option<&str>,
    ) -> Result<()> {
        let admin = self.instance_admin(actor).await?;
        let refusal =
            refusal.map(|refusal| text::required("refusal", refusal, NOTE_MAX, Lines::Many)).transpose()?;
        let (state, what) = match refusal {
            None => (MailDomainState::Confirmed, MailDomainChange::Confirmed),
            Some(_) => (MailDomainState::Refused, MailDomainChange::Refused),
        };
        let mut write = self.write_holding(actor, Hold::Instance).await?;
        let row = mail_domain::Entity::find_by_id(id.0).one(write.tx()).await?;
        let row = row.ok_or_else(Error::not_found)?;
        if state == MailDomainState::Confirmed {
            // What the domain is may have changed since it was claimed.
            self.check_domain(&row.domain)?;
            let owner = owner_of(write.tx(), &row.domain).await?;
            if owner.is_some_and(|owner| owner.0 != row.organization_id) {
                return Err(taken());
            }
        }
        mail_domain::Entity::update_many()
            .col_expr(mail_domain::Column::State, Expr::value(state.as_str()))
            .col_expr(mail_domain::Column::Refusal, Expr::value(refusal))
            .col_expr(mail_domain::Column::DecidedBy, Expr::value(admin.0))
            .col_expr(mail_domain::Column::DecidedAt, Expr::value(write.now()))
            .filter(mail_domain::Column::Id.eq(id.0))
            .exec(write.tx())
            .await
            // Where two confirm at one moment, the index lets one through.
            .map_err(|error| match error.sql_err() {
                Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => taken(),
                _ => error.into(),
            })?;
        let organization = OrganizationId(row.organization_id);
        write.emit(&Event::MailDomainChanged { what, organization, domain: id }).await?;
        write.commit().await
    }

    /// The organization by whose provider addresses of a domain may sign in.
    pub(crate) async fn domain_owner(
        &self,
        db: &impl ConnectionTrait,
        domain: &str,
    ) -> Result<Option<OrganizationId>> {
        // Settings may have changed since it was confirmed, and they win.
        if self.check_domain(domain).is_err() { Ok(None) } else { owner_of(db, domain).await }
    }

    pub(super) async fn mail_domains_of(&self, organization: OrganizationId) -> Result<Vec<MailDomainView>> {
        let rows = mail_domain::Entity::find()
            .filter(mail_domain::Column::OrganizationId.eq(organization.0))
            .order_by_asc(mail_domain::Column::Domain)
            .all(self.db.read())
            .await?;
        rows.into_iter().map(MailDomainView::of).collect()
    }

    fn read_domain(&self, text: &str) -> Result<String> {
        let plain = text.trim().trim_start_matches('@');
        let email = Email::parse("domain", &format!("somebody@{plain}"))
            .ok()
            .filter(|_| !plain.contains('@'))
            .ok_or_else(|| {
                Error::input(ErrorCode::InvalidFormat, "domain", "is not a mail domain such as example.com")
            })?;
        self.check_domain(email.domain())?;
        Ok(email.domain().to_owned())
    }

    /// A domain at which anybody can have an address is nobody's, and one of the instance's own sign-in is
    /// the instance's.
    fn check_domain(&self, domain: &str) -> Result<(), Problem> {
        let config = self.config();
        let refuse = |message| Err(Problem::new(ErrorCode::InvalidFormat, "domain", message));
        if !is_corporate(&format!("somebody@{domain}"), &config.free_mail_domains) {
            refuse("is of a free or disposable mail provider")
        } else if config.single_sign_on.as_ref().is_some_and(|setting| setting.domains.contains(domain)) {
            refuse("signs in by the instance's own sign-in")
        } else {
            Ok(())
        }
    }
}

/// Forgets what an organization claims.
pub(super) async fn forget_mail_domains(write: &Write, organization: OrganizationId) -> Result<()> {
    mail_domain::Entity::delete_many()
        .filter(mail_domain::Column::OrganizationId.eq(organization.0))
        .exec(write.tx())
        .await?;
    Ok(())
}

/// For whom a domain is confirmed.
async fn owner_of(db: &impl ConnectionTrait, domain: &str) -> Result<Option<OrganizationId>> {
    let row = mail_domain::Entity::find()
        .filter(mail_domain::Column::Domain.eq(domain))
        .filter(mail_domain::Column::State.eq(MailDomainState::Confirmed.as_str()))
        .one(db)
        .await?;
    Ok(row.map(|row| OrganizationId(row.organization_id)))
}

fn missing(actor: Actor) -> Error {
    if actor.user().is_some() { Error::not_found() } else { Error::unauthenticated() }
}

fn taken() -> Error {
    Error::refused(
        ErrorCode::Conflict,
        "this domain is confirmed for another organization; refuse it there first",
    )
}
