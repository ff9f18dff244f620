//! The first start (OPS-7).

use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::event::Event;
use domain::id::{OrganizationId, TeamId};
use domain::policy::{OrganizationRole, TeamRole};
use domain::text::{self, Lines, PERSON_NAME_MAX};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use subtle::ConstantTimeEq as _;

use crate::Service;
use crate::db::Hold;
use crate::db::entity::user;
use crate::error::{Error, Result};

impl Service {
    /// Whether the instance has its administrator.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(user::Entity::find().filter(user::Column::InstanceAdmin.eq(true)).count(self.db.read()).await? > 0)
    }

    /// The code that proves access to the machine. Derived from the key, so that it is the same at every
    /// start and is stored nowhere; it opens nothing once the instance is set up. A new key brings a new code, and
    /// the old one goes on as long as its key is there.
    pub fn set_up_code(&self) -> String {
        self.set_up_code_of(&self.keys.active())
    }

    fn set_up_code_of(&self, key: &str) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let bytes = self.keys.derive(key, "set-up code", &[]).unwrap_or_default();
        let letters: Vec<char> = bytes
            .iter()
            .take(16)
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)).map(|letter| char::from(*letter)))
            .collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// Makes the caller instance administrator and owner of the first organization, which gets a first team.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, `ALREADY_SET_UP`, `WRONG_SET_UP_CODE`, or problems with the names.
    pub async fn set_up(
        &self,
        actor: Actor,
        code: &str,
        organization: &str,
        team: &str,
    ) -> Result<(OrganizationId, TeamId)> {
        let user = actor.user().ok_or_else(Error::unauthenticated)?;
        let names = (
            text::required("organizationName", organization, PERSON_NAME_MAX, Lines::One),
            text::required("teamName", team, PERSON_NAME_MAX, Lines::One),
        );
        let (organization, team) = match names {
            (Ok(organization), Ok(team)) => (organization, team),
            (a, b) => return Err(Error::Input(a.err().into_iter().chain(b.err()).collect())),
        };
        // However its groups are held apart.
        let plain = |code: &str| code.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let typed = plain(code);
        let right = self
            .keys
            .ids()
            .iter()
            .any(|key| bool::from(plain(&self.set_up_code_of(key)).as_bytes().ct_eq(typed.as_bytes())));
        let mut write = self.write_holding(actor, Hold::Instance).await?;
        if user::Entity::find().filter(user::Column::InstanceAdmin.eq(true)).count(write.tx()).await? > 0 {
            return Err(Error::refused(
                ErrorCode::AlreadySetUp,
                "this instance has an administrator already",
            ));
        }
        if !right {
            return Err(Error::refused(
                ErrorCode::WrongSetUpCode,
                "this is not the code that the process printed at its start",
            ));
        }
        user::Entity::update_many()
            .col_expr(user::Column::InstanceAdmin, Expr::value(true))
            .filter(user::Column::Id.eq(user.0))
            .exec(write.tx())
            .await?;
        let organization = self.add_organization(&write, &organization).await?;
        let team = self.add_team(&write, organization, &team).await?;
        self.add_member(&write, organization, user, OrganizationRole::Owner).await?;
        self.add_team_member(&write, team, user, TeamRole::Admin).await?;
        write.emit(&Event::InstanceSetUp { user, organization }).await?;
        write.commit().await?;
        Ok((organization, team))
    }

    /// Makes a known person instance administrator, for the demo.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn appoint_instance_admin(&self, email: &str) -> Result<()> {
        let write = self.write(Actor::System).await?;
        user::Entity::update_many()
            .col_expr(user::Column::InstanceAdmin, Expr::value(true))
            .filter(user::Column::Email.eq(email))
            .exec(write.tx())
            .await?;
        write.commit().await
    }
}
