use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::decision::Decision;
use crate::error::Error;
use crate::generated::decisiontables::v1::{self, evaluation_outcome};
use crate::value::{Value, date_message, messages};

/// One case of a batch or stream.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The inputs by key or label.
    pub inputs: BTreeMap<String, Value>,
    /// The table to ask; `None` means the ask's.
    pub table: Option<String>,
    /// The date whose rules apply; `None` means the ask's.
    pub as_of: Option<NaiveDate>,
}

/// What became of one case of a batch: a decision, or the error that refused it.
pub type Outcome = Result<Decision, Error>;

impl Row {
    /// A case without a table or date of its own.
    pub fn of<K: Into<String>>(inputs: impl IntoIterator<Item = (K, Value)>) -> Self {
        let inputs = inputs.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Row { inputs, ..Row::default() }
    }

    pub(crate) fn message(self) -> Result<v1::EvaluationRow, Error> {
        Ok(v1::EvaluationRow {
            inputs: messages(self.inputs)?,
            table: self.table.unwrap_or_default(),
            as_of: self.as_of.map(date_message),
        })
    }
}

pub(crate) fn outcome(message: v1::EvaluationOutcome, request_id: &str) -> Outcome {
    match message.outcome {
        Some(evaluation_outcome::Outcome::Decision(decision)) => Decision::from_message(decision),
        Some(evaluation_outcome::Outcome::Error(status)) => Err(Error::of_row(&status, request_id)),
        None => Err(Error::Unreadable("an outcome without a decision or an error".into())),
    }
}
