//! Names of what the records of a page are about, as they are today.

use std::collections::HashMap;

use domain::event::{Event, Subject};
use domain::id::UserId;
use domain::policy::OrganizationRole;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait, QueryFilter as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use crate::Service;
use crate::db::entity::{audit_record, credential_request, member_invitation, request_item, team, user};
use crate::error::Result;
use crate::members::PersonView;

/// What a record is about, by name.
#[derive(Debug, Clone, Default)]
pub struct AuditSubject {
    /// What it is about, by id.
    pub of: Subject,
    /// Whom, as the instance knows them today.
    pub person: Option<PersonView>,
    /// Name of the team, while it is there.
    pub team: Option<String>,
    /// Name of the request, while it is there.
    pub request: Option<String>,
    /// Name of the app of the item, while it is there.
    pub app: Option<String>,
    /// Address that the invitation went to, while it is there.
    pub invitee: Option<String>,
}

/// Names of everything that the records of a page are about.
pub(super) struct Names {
    people: HashMap<Uuid, PersonView>,
    teams: HashMap<Uuid, String>,
    requests: HashMap<Uuid, String>,
    apps: HashMap<Uuid, String>,
    invitations: HashMap<Uuid, member_invitation::Model>,
}

/// What a record is about; nothing where this version does not know its kind.
fn subject(row: &audit_record::Model) -> Subject {
    serde_json::from_str::<Event>(&row.payload).map(|event| event.subject()).unwrap_or_default()
}

/// Two columns of rows, by the first: an id and what stands for it.
async fn names<E: EntityTrait>(
    db: &impl ConnectionTrait,
    rows: Select<E>,
    (id, name): (E::Column, E::Column),
    ids: Vec<Uuid>,
) -> std::result::Result<HashMap<Uuid, String>, DbErr> {
    let pairs: Vec<(Uuid, String)> =
        rows.select_only().columns([id, name]).filter(id.is_in(ids)).into_tuple().all(db).await?;
    Ok(pairs.into_iter().collect())
}

impl Names {
    /// Reads the names of a page: a statement for each kind, however many records there are.
    pub(super) async fn of(service: &Service, rows: &[audit_record::Model]) -> Result<Self> {
        let db = service.db.read();
        let subjects: Vec<Subject> = rows.iter().map(subject).collect();
        let actors = rows.iter().filter_map(|row| row.actor_id);
        let people: Vec<Uuid> =
            actors.chain(subjects.iter().filter_map(|of| of.user.map(|id| id.0))).collect();
        let teams: Vec<Uuid> = subjects.iter().filter_map(|of| of.team.map(|id| id.0)).collect();
        let requests: Vec<Uuid> = subjects.iter().filter_map(|of| of.request.map(|id| id.0)).collect();
        let items: Vec<Uuid> = subjects.iter().filter_map(|of| of.item.map(|id| id.0)).collect();
        let people = user::Entity::find().filter(user::Column::Id.is_in(people)).all(db);
        let teams = names(db, team::Entity::find(), (team::Column::Id, team::Column::Name), teams);
        let there =
            credential_request::Entity::find().filter(credential_request::Column::DeletedAt.is_null());
        let of_request = (credential_request::Column::Id, credential_request::Column::Name);
        let requests = names(db, there, of_request, requests);
        let of_item = (request_item::Column::Id, request_item::Column::App);
        let apps = names(db, request_item::Entity::find(), of_item, items);
        let invitations: Vec<Uuid> = subjects.iter().filter_map(|of| of.invitation.map(|id| id.0)).collect();
        let invitations = member_invitation::Entity::find()
            .filter(member_invitation::Column::Id.is_in(invitations))
            .all(db);
        let (people, teams, requests, apps, invitations) =
            tokio::try_join!(people, teams, requests, apps, invitations)?;
        let view =
            |row: user::Model| (row.id, PersonView { id: UserId(row.id), name: row.name, email: row.email });
        Ok(Self {
            people: people.into_iter().map(view).collect(),
            teams,
            requests,
            invitations: invitations.into_iter().map(|row| (row.id, row)).collect(),
            apps: apps.into_iter().map(|(id, app)| (id, service.app_name(&app))).collect(),
        })
    }

    /// Who did it.
    pub(super) fn actor(&self, row: &audit_record::Model) -> Option<PersonView> {
        row.actor_id.and_then(|id| self.people.get(&id)).cloned()
    }

    /// What it is about.
    pub(super) fn subject(&self, row: &audit_record::Model) -> AuditSubject {
        let mut of = subject(row);
        let invitation = of.invitation.and_then(|id| self.invitations.get(&id.0));
        if let Some(invitation) = invitation {
            of.role = OrganizationRole::parse(&invitation.role);
        }
        let request = of.request.and_then(|id| self.requests.get(&id.0)).cloned();
        AuditSubject {
            of,
            person: of.user.and_then(|id| self.people.get(&id.0)).cloned(),
            team: of.team.and_then(|id| self.teams.get(&id.0)).cloned(),
            app: of.item.filter(|_| request.is_some()).and_then(|id| self.apps.get(&id.0)).cloned(),
            request,
            invitee: invitation.map(|row| row.email.clone()),
        }
    }
}
