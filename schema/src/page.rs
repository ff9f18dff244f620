//! Pages in the Relay form (API-3).

use async_graphql::{Context, SimpleObject};
use service::{Page, PageAsk};

use crate::types::{
    AuditRecord, Connection, ConnectionHealth, CredentialRequest, DeadJob, FeatureApplication, Grant,
    HistoryEntry, MailDomainClaim, Member, OrganizationOfInstance, RecipientChoice, RequestItem,
};

/// Where a page stands in its list.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct PageInfo {
    /// More entries follow.
    has_next_page: bool,
    /// Entries stand before; known only when the page was asked for behind a cursor.
    has_previous_page: bool,
    /// Cursor of the first entry.
    start_cursor: Option<String>,
    /// Cursor of the last entry; pass it as `after` for the next page.
    end_cursor: Option<String>,
}

/// What the field that returns a page asks for; the whole list is counted only for whoever reads the count.
pub(crate) fn ask(ctx: &Context<'_>, first: i32, after: Option<String>) -> PageAsk {
    let total = ctx.look_ahead().field("totalCount").exists();
    // A negative number is as wrong as zero, and refused in the same words.
    PageAsk { first: u32::try_from(first).unwrap_or(0), after, total }
}

macro_rules! pages {
    ($($page:ident, $edge:ident of $node:ident: $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(SimpleObject)]
        #[graphql(serial)]
        pub(crate) struct $page {
            /// The entries, each with its cursor.
            edges: Vec<$edge>,
            /// Where the page stands in its list.
            page_info: PageInfo,
            /// Entries of the whole list with these filters, not only of this page.
            total_count: u64,
        }

        /// An entry of a page.
        #[derive(SimpleObject)]
        #[graphql(serial)]
        pub(crate) struct $edge {
            /// Where the entry stands in its list.
            cursor: String,
            /// The entry.
            node: $node,
        }

        impl $page {
            pub(crate) fn of<R>(page: Page<R>, has_previous_page: bool, wrap: impl Fn(R) -> $node) -> Self {
                let edges: Vec<_> = page.rows.into_iter().map(|(cursor, row)| $edge { cursor, node: wrap(row) }).collect();
                let page_info = PageInfo {
                    has_next_page: page.has_next,
                    has_previous_page,
                    start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                    end_cursor: edges.last().map(|edge| edge.cursor.clone()),
                };
                Self { edges, page_info, total_count: page.total.unwrap_or_default() }
            }
        }
    )*};
}

pages! {
    CredentialRequestConnection, CredentialRequestEdge of CredentialRequest: "A page of requests.";
    RecipientChoiceConnection, RecipientChoiceEdge of RecipientChoice: "A page of people whom you may ask.";
    CredentialItemConnection, CredentialItemEdge of RequestItem: "A page of granted items.";
    HistoryConnection, HistoryEdge of HistoryEntry: "A page of a history.";
    AuditRecordConnection, AuditRecordEdge of AuditRecord: "A page of an audit log.";
    GrantConnection, GrantEdge of Grant: "A page of what you granted.";
    OrganizationConnection, OrganizationEdge of OrganizationOfInstance: "A page of organizations.";
    MemberConnection, MemberEdge of Member: "A page of people.";
    FeatureApplicationConnection, FeatureApplicationEdge of FeatureApplication: "A page of applications.";
    MailDomainConnection, MailDomainEdge of MailDomainClaim: "A page of claims of mail domains.";
    DeadJobConnection, DeadJobEdge of DeadJob: "A page of jobs that were given up.";
    ConnectionConnection, ConnectionEdge of Connection: "A page of connections.";
    ConnectionHealthConnection, ConnectionHealthEdge of ConnectionHealth: "A page of what connections stand on.";
}
