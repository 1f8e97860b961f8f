use std::time::Duration;

use chrono::NaiveDate;
use prost_types::Timestamp;

use crate::generated::google::r#type::Date;
use crate::value::date_message;

/// What is asked: by which model and table, for which date, of which release.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The key of the model; `None` where the server has exactly one.
    pub model: Option<String>,
    /// The key of the table; `None` asks every table of the model that is in force.
    pub table: Option<String>,
    /// The date whose rules apply; `None` means today in the model's time zone.
    pub as_of: Option<NaiveDate>,
    /// The release that shall decide, by its digest or as `MODEL#NUMBER`; `None` means the active one.
    pub release: Option<String>,
    /// The moment whose active release shall decide; `None` means now.
    pub known_at: Option<Timestamp>,
    /// Bounds this call; `None` means the connection's timeout.
    pub timeout: Option<Duration>,
}

impl Ask {
    /// Every table of a model, today.
    pub fn of(model: impl Into<String>) -> Self {
        Ask { model: Some(model.into()), ..Ask::default() }
    }

    /// The same of one table.
    pub fn table(self, table: impl Into<String>) -> Self {
        Ask { table: Some(table.into()), ..self }
    }

    /// The same by the rules of a date.
    pub fn as_of(self, day: NaiveDate) -> Self {
        Ask { as_of: Some(day), ..self }
    }

    /// The same by one release.
    pub fn release(self, release: impl Into<String>) -> Self {
        Ask { release: Some(release.into()), ..self }
    }

    /// The same by the release that was active at a moment.
    pub fn known_at(self, moment: Timestamp) -> Self {
        Ask { known_at: Some(moment), ..self }
    }

    /// The same with another bound on the call.
    pub fn timeout(self, timeout: Duration) -> Self {
        Ask { timeout: Some(timeout), ..self }
    }

    pub(crate) fn model_text(&self) -> String {
        self.model.clone().unwrap_or_default()
    }

    pub(crate) fn table_text(&self) -> String {
        self.table.clone().unwrap_or_default()
    }

    pub(crate) fn release_text(&self) -> String {
        self.release.clone().unwrap_or_default()
    }

    pub(crate) fn date(&self) -> Option<Date> {
        self.as_of.map(date_message)
    }
}
