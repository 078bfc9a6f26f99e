//! JSON objects that hold secrets, written into memory that is wiped.

use zeroize::Zeroizing;

use super::write_string;

/// The members of an object in the making.
pub(crate) struct Object(Zeroizing<String>);

impl Object {
    /// An object whose members come from about `len` bytes of text.
    pub(crate) fn with_room(len: usize) -> Object {
        // Six for one at worst, where everything has to be escaped. A text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(6 * len + 256));
        text.push('{');
        Object(text)
    }

    /// Adds a string.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.begin(name);
        write_string(&mut self.0, text);
    }

    /// Adds a value that is JSON already.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        self.begin(name);
        self.0.push_str(json);
    }

    /// The whole text.
    pub(crate) fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        self.0.push('}');
        Zeroizing::new(std::mem::take(&mut *self.0).into_bytes())
    }

    fn begin(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        write_string(&mut self.0, name);
        self.0.push(':');
    }
}
