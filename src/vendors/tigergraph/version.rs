//! Versions of the server, which compare as numbers: 10.1 is after 4.0.

use super::call::version_question;
use super::{Story, TigerGraph};
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::write_string;

/// `get_version`: asks, whatever is known already.
pub(super) fn get(client: &TigerGraph, args: Config<'_>) -> Result<Story> {
    args.finish()?;
    Ok(client.tell(|mut call| async move {
        let answer = call.send(&version_question()).await?;
        let (_, text) = call.read_version(&answer)?;
        let mut json = String::new();
        write_string(&mut json, &text);
        Ok(json)
    }))
}

/// Major, minor and patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version([u32; 3]);

impl Version {
    /// Tokens are asked for with a body from here on.
    pub(super) const WITH_BODY: Version = Version([3, 5, 0]);
    /// Tokens are JWTs from here on: they can be checked, and not refreshed.
    pub(super) const WITH_JWT: Version = Version([4, 0, 0]);

    /// Reads `4`, `4.1` or `4.1.3`. What follows three numbers or a hyphen does not count.
    pub(super) fn parse(text: &str) -> Option<Version> {
        let mut version = [0; 3];
        let numbers = text.split('-').next()?.split('.');
        for (number, digits) in version.iter_mut().zip(numbers) {
            *number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        }
        Some(Version(version))
    }

    /// Finds the version of the product in what `/version` tells: a line for each component, `product  release_4.1.3_01-01-2030 …`.
    pub(super) fn find(told: &str) -> Option<(Version, &str)> {
        let line = told.lines().find(|line| line.split_whitespace().next() == Some("product"))?;
        let release = line.split_whitespace().nth(1)?;
        let text = release.split('_').find(|part| part.contains('.'))?;
        Some((Version::parse(text)?, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("10.1") > Version::WITH_JWT);
        assert!(version("4") == Version::WITH_JWT && version("4.0.0") == Version::WITH_JWT);
        assert!(version("3.10.1") < Version::WITH_JWT && version("3.10.1") > version("3.9.3"));
        assert!(version("3.4.99") < Version::WITH_BODY && version("3.5") == Version::WITH_BODY);
        assert!(version("4.1.3.1") == version("4.1.3") && version("3.9.3-1") == version("3.9.3"));
        assert!(version("4.1.0-beta.2") == version("4.1.0") && version("4-1") == Version::WITH_JWT);
        for odd in ["", ".", "4.", "v4", "-1", "4.x", "+4", "99999999999"] {
            assert_eq!(Version::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_product_has_the_version() {
        let told = "TigerGraph RESTPP: \n --- Version --- \n\ngpe   release_3.9.0_x  a\nproduct    release_4.1.3_01-01-2030  aaaaaaaa  2030-01-01\n";
        assert_eq!(Version::find(told), Some((Version([4, 1, 3]), "4.1.3")));
        assert_eq!(Version::find("product"), None);
        assert_eq!(Version::find("something else"), None);
    }
}
