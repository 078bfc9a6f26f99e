//! The one walk over a JSON text.

use std::borrow::Cow;

use super::escape::{escape_len, unescape};
use super::{MAX_LEVELS, Malformed, Value};

/// Up to this many names of an object are compared one by one, which needs no sorting.
const FEW_NAMES: usize = 16;

/// A string between its quotes, escapes checked but not resolved.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a> {
    inside: &'a str,
    escaped: bool,
}

impl<'a> Quoted<'a> {
    pub(super) fn unescaped(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.inside)) } else { Cow::Borrowed(self.inside) }
    }
}

/// Walks over a text once, from front to back.
pub(super) struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    /// How many more objects and lists may be opened within each other.
    levels: usize,
    /// The names of all objects that are open, outermost first.
    names: Vec<Cow<'a, str>>,
    /// What stopped the walk, if something did.
    reason: &'static str,
}

/// The walk ended early; the scanner knows why and where. It carries nothing, for it is in the result of every step.
pub(super) struct Stop;

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8], levels: usize) -> Result<Scanner<'a>, Malformed> {
        let text = std::str::from_utf8(text)
            .map_err(|error| Malformed { reason: "not UTF-8", offset: error.valid_up_to() })?;
        Ok(Scanner { text, offset: 0, levels, names: Vec::with_capacity(FEW_NAMES), reason: "" })
    }

    /// A scanner behind the opening bracket of a list or object that is known to be sound.
    pub(super) fn behind_bracket(raw: &'a str) -> Scanner<'a> {
        let mut scanner = Scanner { text: raw, offset: 1, levels: MAX_LEVELS, names: Vec::new(), reason: "" };
        scanner.whitespace();
        scanner
    }

    /// The one value of a whole text.
    pub(super) fn document(&mut self) -> Result<Value<'a>, Stop> {
        self.whitespace();
        let value = self.value()?;
        self.end()?;
        Ok(value)
    }

    /// The one object of a whole text, whose members are shown to `visit` as they come.
    pub(super) fn object_document(&mut self, visit: &mut impl FnMut(&str, Value<'a>)) -> Result<(), Stop> {
        self.whitespace();
        self.object(visit)?;
        self.end()
    }

    fn value(&mut self) -> Result<Value<'a>, Stop> {
        let start = self.offset;
        let mut escaped = false;
        match self.peek() {
            Some(b'{') => self.object(&mut |_, _| ())?,
            Some(b'[') => self.array()?,
            Some(b'"') => escaped = self.string()?.escaped,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return Err(self.stop("expected a value")),
        }
        Ok(Value { raw: self.since(start), escaped })
    }

    fn object(&mut self, visit: &mut impl FnMut(&str, Value<'a>)) -> Result<(), Stop> {
        if self.peek() != Some(b'{') {
            return Err(self.stop("expected an object"));
        }
        self.open()?;
        let first = self.names.len();
        let mut seen = 0;
        if !self.take(b'}') {
            loop {
                let name = self.name()?.unescaped();
                let value = self.value()?;
                visit(&name, value);
                self.remember(name, first, &mut seen)?;
                if !self.more(b'}')? {
                    break;
                }
            }
        }
        self.forget(first)?;
        self.levels += 1;
        Ok(())
    }

    fn array(&mut self) -> Result<(), Stop> {
        self.open()?;
        if !self.take(b']') {
            loop {
                self.value()?;
                if !self.more(b']')? {
                    break;
                }
            }
        }
        self.levels += 1;
        Ok(())
    }

    /// The opening bracket of an object or list, and what may stand before its first item.
    fn open(&mut self) -> Result<(), Stop> {
        if self.levels == 0 {
            return Err(self.stop("too many levels"));
        }
        self.levels -= 1;
        self.offset += 1;
        self.whitespace();
        Ok(())
    }

    /// What follows an item: another one, or the closing bracket.
    fn more(&mut self, close: u8) -> Result<bool, Stop> {
        self.whitespace();
        if self.take(b',') {
            self.whitespace();
            return Ok(true);
        }
        if self.take(close) { Ok(false) } else { Err(self.stop("expected a comma or the closing bracket")) }
    }

    /// The name of a member and its colon.
    pub(super) fn name(&mut self) -> Result<Quoted<'a>, Stop> {
        if self.peek() != Some(b'"') {
            return Err(self.stop("expected a member name"));
        }
        let name = self.string()?;
        self.whitespace();
        if !self.take(b':') {
            return Err(self.stop("expected a colon"));
        }
        self.whitespace();
        Ok(name)
    }

    /// Notes a name of the object whose names begin at `first`. Names whose bit is new to `seen` are new; of the others, a few are
    /// compared at once and many when the object ends.
    fn remember(&mut self, name: Cow<'a, str>, first: usize, seen: &mut u64) -> Result<(), Stop> {
        let bit = 1 << (bit_of(name.as_bytes()) % u64::BITS);
        let siblings = &self.names[first..];
        if *seen & bit != 0 && siblings.len() < FEW_NAMES && siblings.contains(&name) {
            return Err(self.stop("a member name that is there twice"));
        }
        *seen |= bit;
        self.names.push(name);
        Ok(())
    }

    /// Ends the object whose names begin at `first`.
    fn forget(&mut self, first: usize) -> Result<(), Stop> {
        let siblings = &mut self.names[first..];
        if siblings.len() > FEW_NAMES {
            siblings.sort_unstable();
            if siblings.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(self.stop("a member name that is there twice"));
            }
        }
        self.names.truncate(first);
        Ok(())
    }

    /// The next item of a list or object that is known to be sound.
    pub(super) fn next_item(&mut self) -> Option<Value<'a>> {
        let value = self.value().ok()?;
        self.whitespace();
        self.offset += 1;
        self.whitespace();
        Some(value)
    }

    fn string(&mut self) -> Result<Quoted<'a>, Stop> {
        self.offset += 1;
        let start = self.offset;
        let mut escaped = false;
        loop {
            self.offset += plain_len(&self.text.as_bytes()[self.offset..]);
            match self.peek() {
                Some(b'"') => {
                    let inside = self.since(start);
                    self.offset += 1;
                    return Ok(Quoted { inside, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    let rest = &self.text.as_bytes()[self.offset..];
                    self.offset += escape_len(rest).map_err(|reason| self.stop(reason))?;
                }
                Some(_) => return Err(self.stop("an unescaped control character")),
                None => return Err(self.stop("a string without an end")),
            }
        }
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.offset;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.stop("a number without digits"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.stop("a number without digits after its point"));
        }
        let mut exponent = false;
        if self.take(b'e') || self.take(b'E') {
            exponent = true;
            let _ = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.stop("an exponent without digits"));
            }
        }
        // A double holds every number of up to 308 digits; only the others need to be looked at.
        let text = self.since(start);
        if (exponent || text.len() > 308) && !text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(self.stop("a number beyond an IEEE double"));
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.offset..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.offset += count;
        count
    }

    fn word(&mut self, word: &str) -> Result<(), Stop> {
        if !self.text.as_bytes()[self.offset..].starts_with(word.as_bytes()) {
            return Err(self.stop("expected a value"));
        }
        self.offset += word.len();
        Ok(())
    }

    fn end(&mut self) -> Result<(), Stop> {
        self.whitespace();
        if self.peek().is_some() { Err(self.stop("something after the value")) } else { Ok(()) }
    }

    fn whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.offset += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.offset += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn since(&self, start: usize) -> &'a str {
        // The message of a failed `expect` is this text alone; that of a failed index would quote the JSON.
        self.text.get(start..self.offset).expect("a token of JSON begins and ends between characters")
    }

    /// Why the walk ended early.
    pub(super) fn malformed(&self) -> Malformed {
        Malformed { reason: self.reason, offset: self.offset }
    }

    #[cold]
    fn stop(&mut self, reason: &'static str) -> Stop {
        self.reason = reason;
        Stop
    }
}

/// A number that equal names share and different ones mostly do not.
fn bit_of(name: &[u8]) -> u32 {
    match name {
        [first, .., last] => u32::from(*first) * 5 + u32::from(*last) + name.len() as u32 * 11,
        [only] => u32::from(*only),
        [] => 0,
    }
}

/// How many bytes go on as a plain string: no quote, no backslash, no control character. Eight at a time, as claims are
/// mostly strings.
fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte's high bit is set where that byte is zero; bytes above the first such one may be wrong, those below are not.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut len = 0;
    while let Some(chunk) = bytes[len..].first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | control;
        if found != 0 {
            return len + (found.trailing_zeros() / 8) as usize;
        }
        len += 8;
    }
    len + bytes[len..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}
