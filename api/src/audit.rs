//! `audit`: verify, anchor and export the log (SEC-4).

use std::process::ExitCode;

use anyhow::Context as _;
use service::{AuditAnchor, Service};

use crate::cli::{AuditCommand, answer, complain, say};

pub(crate) async fn run(service: &Service, command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Verify { anchor } => {
            let own = service.config().audit_anchor_file();
            let file = anchor.or_else(|| own.exists().then_some(own));
            let anchor = file.map(|file| {
                let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
                serde_json::from_str::<AuditAnchor>(&text)
                    .with_context(|| format!("{} is no anchor", file.display()))
            });
            let report = service.verify_audit(anchor.transpose()?.as_ref()).await?;
            if report.faults.is_empty() {
                say(&format!("{} records in {} chains are whole", report.records, report.chains));
                return Ok(ExitCode::SUCCESS);
            }
            let lines: Vec<String> = report
                .faults
                .iter()
                .map(|fault| format!("{}: record {} {}", fault.organization, fault.seq, fault.problem))
                .collect();
            Ok(complain(&format!("the audit log is not whole:\n{}", lines.join("\n"))))
        }
        AuditCommand::Anchor => {
            answer(&serde_json::to_string_pretty(&service.audit_anchor().await?)?)?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Export { organization } => {
            let chains = match organization {
                Some(organization) => vec![Some(organization)],
                None => service.audit_chains().await?,
            };
            for chain in chains {
                let mut behind = 0;
                loop {
                    let records = service.export_audit(chain, behind).await?;
                    let Some(last) = records.last() else { break };
                    behind = last.seq;
                    for record in &records {
                        let chain = chain.map(|chain| chain.to_string());
                        answer(&serde_json::to_string(
                            &serde_json::json!({ "organization": chain, "record": record }),
                        )?)?;
                    }
                }
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
