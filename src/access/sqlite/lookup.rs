//! The look-up of a token's row by a query of the configuration.

use std::path::Path;

use super::super::row::Row;
use super::super::store::RowSource;
use super::{Database, rows_of, store_failure};
use crate::error::{Failure, Result, Status};

/// A query with the parameter `:token_id`, in a database that is only read.
pub(crate) struct Lookup {
    database: Database,
    sql: String,
}

impl Lookup {
    /// Opens the database and checks the query: one statement, which reads, knows no other parameter and gives a `token_secret`.
    pub(crate) fn open(path: &Path, sql: &str) -> Result<Lookup> {
        let lookup = Lookup { database: Database::read_only(path)?, sql: sql.to_owned() };
        let unfit = |what: &str| Failure::new(Status::Config, format!("query.sql: {what}"));
        lookup.database.with(|connection| {
            // The file is opened by the first look at it.
            connection.query_row("select count(*) from sqlite_master", [], |_| Ok(())).map_err(store_failure)?;
            let statement = connection.prepare(sql).map_err(|_| unfit("not one statement that SQLite understands"))?;
            if !statement.column_names().any(|column| column == "token_secret") {
                return Err(unfit("no column token_secret"));
            }
            if !statement.readonly() {
                return Err(unfit("a statement that writes"));
            }
            match (1..=statement.parameter_count()).all(|index| is_token_id(statement.parameter_name(index))) {
                true => Ok(()),
                false => Err(unfit("a parameter other than :token_id")),
            }
        })?;
        Ok(lookup)
    }
}

impl RowSource for Lookup {
    fn row(&self, token_id: &str) -> Result<Option<Row>> {
        let read = |connection: &mut rusqlite::Connection| {
            let mut statement = connection.prepare(&self.sql)?;
            for index in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(index, token_id)?;
            }
            Ok(rows_of(&mut statement, 1)?.pop())
        };
        self.database.with(|connection| read(connection).map_err(store_failure))
    }
}

fn is_token_id(parameter: Option<&str>) -> bool {
    matches!(parameter, Some(":token_id" | "@token_id" | "$token_id"))
}
