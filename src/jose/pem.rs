//! PEM (RFC 7468): finds the one key block of a text, line by line and in linear time.
//!
//! Lines end in LF or CRLF, white space around a line is passed over, and so are lines outside of blocks and `EC PARAMETERS`
//! blocks. The base64 is strict: its alphabet, padding, unused bits zero.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::key::unsound;
use crate::error::Result;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The first block of a text that is not `EC PARAMETERS`.
pub(super) struct Block<'a> {
    pub(super) label: &'a [u8],
    pub(super) contents: Contents,
    /// Whether another block follows.
    pub(super) alone: bool,
}

pub(super) enum Contents {
    Der(Zeroizing<Vec<u8>>),
    /// A block of RFC 1421 with `Proc-Type: 4,ENCRYPTED`.
    Encrypted,
}

pub(super) fn read(text: &[u8]) -> Result<Block<'_>> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut found: Option<Block<'_>> = None;
    while let Some(line) = lines.next() {
        let Some(label) = label(line, BEGIN) else { continue };
        if label == b"EC PARAMETERS" {
            contents(&mut lines, label)?;
        } else if let Some(first) = &mut found {
            first.alone = false;
            break;
        } else {
            found = Some(Block { label, contents: contents(&mut lines, label)?, alone: true });
        }
    }
    found.ok_or_else(|| unsound("no PEM block in the text"))
}

/// The contents of the block that was opened with `label`, up to the line that closes it.
fn contents<'a>(lines: &mut impl Iterator<Item = &'a [u8]>, opened: &[u8]) -> Result<Contents> {
    let mut body = Vec::new();
    for line in lines {
        if line.starts_with(BEGIN) {
            break;
        }
        if !line.starts_with(END) {
            body.push(line);
        } else if label(line, END) == Some(opened) {
            return decode(&body);
        } else {
            return Err(unsound("a PEM block ends with another label than it began with"));
        }
    }
    Err(unsound("a PEM block without an end"))
}

fn decode(body: &[&[u8]]) -> Result<Contents> {
    if body.iter().any(|line| line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED")) {
        return Ok(Contents::Encrypted);
    }
    let base64 = Zeroizing::new(body.concat());
    let der = STANDARD.decode(&*base64).map_err(|_| unsound("a PEM block that is not strict base64"))?;
    Ok(Contents::Der(Zeroizing::new(der)))
}

/// The label of a line that begins or ends a block.
fn label<'a>(line: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(marker)?.strip_suffix(DASHES)
}

/// One block, in lines of 64 characters.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let base64 = Zeroizing::new(STANDARD.encode(der));
    let mut out = String::with_capacity(base64.len() + base64.len() / 64 + 2 * label.len() + 40);
    out.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(text: &str) -> Option<Vec<u8>> {
        match read(text.as_bytes()).ok()?.contents {
            Contents::Der(der) => Some(der.to_vec()),
            Contents::Encrypted => None,
        }
    }

    #[test]
    fn reads_what_it_writes_whatever_stands_around_it() {
        for len in [0, 1, 47, 48, 49, 1000] {
            let bytes = vec![len as u8; len];
            let pem = write("PUBLIC KEY", &bytes);
            let crlf = pem.replace('\n', "\r\n");
            let indented = pem.replace('\n', " \n\t");
            let parameters = write("EC PARAMETERS", &[5, 0]);
            for text in
                [&pem, &crlf, &indented, &format!("\u{feff}{pem}"), &format!("subject: x\n{parameters}\n{pem}\nafter")]
            {
                assert_eq!(der(text).as_deref(), Some(&bytes[..]), "{text}");
            }
        }
    }

    #[test]
    fn a_block_is_whole() {
        let pem = write("PUBLIC KEY", &[1; 40]);
        let cr_only = pem.replace('\n', "\r");
        let other_end = pem.replace("END PUBLIC", "END PRIVATE");
        let no_end = pem.replace("-----END", "END");
        let not_padded = pem.replace('=', "");
        let inner_space = pem.replace("AQEB", "AQ EB");
        for bad in
            ["", "-----BEGIN PUBLIC KEY-----", &cr_only, &other_end, &no_end, &not_padded, &inner_space, &pem[1..]]
        {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_second_block_and_encryption_are_told() {
        let pem = write("PUBLIC KEY", &[1; 40]);
        assert!(!read(format!("{pem}{pem}").as_bytes()).unwrap().alone);
        let encrypted = pem.replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1);
        assert!(matches!(read(encrypted.as_bytes()).unwrap().contents, Contents::Encrypted));
    }
}
