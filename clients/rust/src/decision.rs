use std::collections::BTreeMap;

use chrono::NaiveDate;
use prost_types::Timestamp;

use crate::error::Error;
use crate::generated::decisiontables::v1::{self, DecisionStatus, Match, ReleaseReference, TableStatus};
use crate::value::{Value, date_plain, plain_all};

/// What was decided, by which rules, from which model and for which date.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// How it came out.
    pub status: DecisionStatus,
    /// The results by field key.
    pub results: BTreeMap<String, Value>,
    /// The rules that decided, and noted ones that dissent.
    pub matches: Vec<Match>,
    /// What was not given and could change the outcome.
    pub missing: Vec<String>,
    /// The derived values and upstream results that the caller gave.
    pub overridden: Vec<String>,
    /// The inputs that were not needed.
    pub unused: Vec<String>,
    /// How each table came out.
    pub tables: BTreeMap<String, TableStatus>,
    /// The date whose rules applied.
    pub as_of: NaiveDate,
    /// The key of the model.
    pub model: String,
    /// The digest of the workbook that decided.
    pub model_digest: String,
    /// The release that decided; `None` where the server serves a folder.
    pub release: Option<ReleaseReference>,
    /// The moment whose active release decided; `None` where none was named.
    pub known_at: Option<Timestamp>,
    /// The version of the meaning of tables.
    pub semantics: String,
}

impl Decision {
    /// Whether a rule matched.
    pub fn matched(&self) -> bool {
        self.status == DecisionStatus::Matched
    }

    pub(crate) fn from_message(message: v1::Decision) -> Result<Self, Error> {
        Ok(Decision {
            status: message.status(),
            results: plain_all(message.results)?,
            matches: message.matches,
            missing: message.missing,
            overridden: message.overridden,
            unused: message.unused,
            tables: message.tables.into_iter().map(|(key, status)| (key, table_status(status))).collect(),
            as_of: date_plain(message.as_of.unwrap_or_default())?,
            model: message.model,
            model_digest: message.model_digest,
            release: message.release,
            known_at: message.known_at,
            semantics: message.semantics,
        })
    }
}

fn table_status(number: i32) -> TableStatus {
    TableStatus::try_from(number).unwrap_or(TableStatus::Unspecified)
}
