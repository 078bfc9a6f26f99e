//! A row of a database, wherever it came from.

// Without an engine there is nobody to use all of it.
#![cfg_attr(not(feature = "sqlite"), allow(dead_code))]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::jose::json::{Kind, Members, Value};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    /// Anything else, as JSON.
    Other(String),
}

/// The cells of a row by the names of their columns, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row(pub(crate) Vec<(String, Cell)>);

impl Cell {
    /// A number, of which JSON has no infinite ones.
    pub(crate) fn real(real: f64) -> Cell {
        if real.is_finite() { Cell::Other(format!("{real:?}")) } else { Cell::Null }
    }

    /// Bytes, as Datasette writes them.
    pub(crate) fn bytes(bytes: &[u8]) -> Cell {
        let mut members = Members::default();
        members.json("$base64", "true");
        members.text("encoded", &STANDARD.encode(bytes));
        Cell::Other(members.into_object())
    }

    fn read(value: Value<'_>) -> Cell {
        match (value.kind(), value.as_integer(), value.as_str()) {
            (Kind::Null, _, _) => Cell::Null,
            (_, Some(integer), _) => Cell::Integer(integer),
            (_, _, Some(text)) => Cell::Text(text.into_owned()),
            _ => Cell::Other(value.raw().to_owned()),
        }
    }

    fn write(&self, members: &mut Members, name: &str) {
        match self {
            Cell::Null => members.json(name, "null"),
            Cell::Integer(integer) => members.json(name, &integer.to_string()),
            Cell::Text(text) => members.text(name, text),
            Cell::Other(json) => members.json(name, json),
        }
    }
}

impl Row {
    /// Reads a row that a host found, an object; `None` for another type.
    pub(crate) fn read(value: Value<'_>) -> Option<Row> {
        let cells = value.members()?.map(|(name, value)| (name.into_owned(), Cell::read(value)));
        Some(Row(cells.collect()))
    }

    /// The cell of the first column of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Cell> {
        self.0.iter().find(|(column, _)| column == name).map(|(_, cell)| cell)
    }

    /// A text that is there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An integer, or `Some(None)` for NULL; `None` for another type.
    pub(crate) fn integer(&self, name: &str) -> Option<Option<i64>> {
        match self.get(name)? {
            Cell::Integer(integer) => Some(Some(*integer)),
            Cell::Null => Some(None),
            _ => None,
        }
    }

    /// Puts another value into a cell that is there.
    pub(crate) fn set(&mut self, name: &str, value: Cell) {
        if let Some((_, cell)) = self.0.iter_mut().find(|(column, _)| column == name) {
            *cell = value;
        }
    }

    /// A JSON object, column to value.
    pub(crate) fn to_json(&self) -> String {
        let mut members = Members::default();
        for (name, cell) in &self.0 {
            cell.write(&mut members, name);
        }
        members.into_object()
    }
}
