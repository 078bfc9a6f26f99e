//! Choices made by the bytes of an input: each takes a byte, and where there are no more, the first choice is made.

/// The bytes that have not decided anything yet.
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Choices to be made by these bytes.
    pub fn new(input: &'a [u8]) -> Choices<'a> {
        Choices(input)
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// So many bytes as they are, or all that remain.
    pub fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (bytes, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        bytes
    }
}
