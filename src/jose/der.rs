//! Strict DER (X.690 section 10) over a slice: one-byte tags, definite and minimal lengths. It borrows, never copies, never panics.
//!
//! `None` means "not DER, or not what was asked for".

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[1]` with the tag of a simple type in its place.
pub(super) const CONTEXT_1: u8 = 0x81;
/// `[0]` around another value.
pub(super) const CONTEXT_0_CONSTRUCTED: u8 = 0xa0;
/// `[1]` around another value.
pub(super) const CONTEXT_1_CONSTRUCTED: u8 = 0xa1;

/// Reads the elements of some DER, one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(der: &'a [u8]) -> Reader<'a> {
        Reader { rest: der }
    }

    /// Demands that everything has been read.
    pub(super) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    /// The next element, whatever it is: its tag and its contents.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.rest.split_first()?;
        // A tag number of 31 would go on in the next byte; no structure of ours has one.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (len, rest) = if first < 0x80 { (usize::from(first), rest) } else { long_length(first, rest)? };
        let (contents, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some((tag, contents))
    }

    /// The contents of the next element, which must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, contents) = self.any()?;
        (found == tag).then_some(contents)
    }

    /// The contents of the next element if it has this tag; else nothing is read.
    pub(super) fn take_if(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.rest.first() == Some(&tag) { self.take(tag).map(Some) } else { Some(None) }
    }

    pub(super) fn sequence(&mut self) -> Option<Reader<'a>> {
        self.take(SEQUENCE).map(Reader::new)
    }

    /// An INTEGER that is not negative, without the zero byte that its sign may need: zero is the empty slice.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            [0, magnitude @ ..] if magnitude.first().is_none_or(|first| *first >= 0x80) => Some(magnitude),
            contents @ [1..=0x7f, ..] => Some(contents),
            _ => None,
        }
    }

    /// A BIT STRING of whole bytes.
    pub(super) fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING).and_then(whole_bytes)
    }
}

/// The bytes of a BIT STRING's contents, which begin with the number of unused bits.
pub(super) fn whole_bytes(bit_string: &[u8]) -> Option<&[u8]> {
    match bit_string {
        [0, bytes @ ..] => Some(bytes),
        _ => None,
    }
}

/// A length of more than 127: `first` says how many bytes it takes.
fn long_length(first: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    if bytes.len() > 4 || matches!(bytes, [] | [0, ..] | [0..=0x7f]) {
        return None;
    }
    let len = bytes.iter().fold(0_usize, |len, byte| len << 8 | usize::from(*byte));
    Some((len, rest))
}

/// One element.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len = parts.iter().map(|part| part.len()).sum::<usize>();
    let be = len.to_be_bytes();
    let mut out = Vec::with_capacity(len + 10);
    out.push(tag);
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let digits = &be[len.leading_zeros() as usize / 8..];
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// An INTEGER from its magnitude without leading zeros.
pub(super) fn write_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if magnitude.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    write(INTEGER, &[sign, magnitude])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_definite_and_minimal() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0x80, 0, 0],
            &[0x30, 0x81, 0x01, 0],
            &[0x30, 0x81],
            &[0x30, 0x01],
            &[0x1f, 0x01, 0],
            &[0x30, 0x82, 0x00, 0x80],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0xff],
            &[0x30, 0x85, 1, 0, 0, 0, 0],
        ] {
            assert!(Reader::new(bad).any().is_none(), "{bad:02x?}");
        }
        for len in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000] {
            let contents = vec![7; len];
            let der = write(OCTET_STRING, &[&contents]);
            let mut reader = Reader::new(&der);
            assert_eq!(reader.take(OCTET_STRING), Some(&contents[..]));
            assert!(reader.end().is_some());
        }
    }

    #[test]
    fn integers_are_minimal_and_not_negative() {
        for (der, magnitude) in [(&[0][..], &[][..]), (&[0x7f], &[0x7f]), (&[0, 0x80], &[0x80]), (&[1, 0], &[1, 0])] {
            assert_eq!(Reader::new(&write(INTEGER, &[der])).unsigned(), Some(magnitude));
            assert_eq!(write_unsigned(magnitude), write(INTEGER, &[der]));
        }
        for bad in [&[][..], &[0, 0], &[0, 0x7f], &[0x80], &[0xff, 0]] {
            assert_eq!(Reader::new(&write(INTEGER, &[bad])).unsigned(), None, "{bad:02x?}");
        }
    }
}
