use crate::decision::Decision;
use crate::error::Error;
use crate::generated::decisiontables::v1::{ExplainResponse, Explanation};

/// A decision with how it came about.
#[derive(Debug)]
pub struct Explained {
    /// The decision, or why there is none.
    pub outcome: Result<Decision, Error>,
    /// How it came about, as far as it came.
    pub explanation: Explanation,
}

impl Explained {
    pub(crate) fn from_message(message: ExplainResponse, request_id: &str) -> Result<Self, Error> {
        let explanation = message.explanation.unwrap_or_default();
        let outcome = match (&explanation.error, message.decision) {
            (Some(status), _) => Err(Error::of_row(status, request_id)),
            (None, Some(decision)) => Ok(Decision::from_message(decision)?),
            (None, None) => return Err(Error::Unreadable("an explanation without a decision or an error".into())),
        };
        Ok(Explained { outcome, explanation })
    }
}
