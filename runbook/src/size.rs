//! Sizes as people type them: `64MiB`, `1G`, `500kB`, or plain bytes.

/// Bytes of a size, or `None` if `typed` is none.
///
/// `K M G T` and `KiB MiB GiB TiB` count in powers of 1024, `kB MB GB TB` in powers of 1000; a bare whole
/// number, or one with `B`, is bytes. The case of letters does not matter.
///
/// ```
/// use lastmile_runbook::size::bytes;
/// assert_eq!(bytes("64MiB"), Some(64 << 20));
/// assert_eq!(bytes("1kB"), Some(1_000));
/// ```
#[must_use]
pub fn bytes(typed: &str) -> Option<u64> {
    let digits = typed.len() - typed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = typed.split_at(digits);
    let factor: u64 = match unit.trim_start_matches(' ').to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn binary_and_decimal_units_differ() {
        let cases =
            [("64MiB", 64 << 20), ("1G", 1 << 30), ("1GB", 1_000_000_000), ("512", 512), ("2 k", 2_048)];
        for (typed, expected) in cases {
            assert_eq!(bytes(typed), Some(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for typed in ["", "MiB", "-1", "1.5G", "1X", "99999999999999999999", "16777216T"] {
            assert_eq!(bytes(typed), None, "{typed}");
        }
    }
}
