use proptest::prelude::*;

use super::*;

fn masked(secrets: &[&str], chunks: &[&[u8]]) -> String {
    let mut masker = Masker::new(Secrets::new(secrets.iter().copied()).unwrap());
    let mut text = Vec::new();
    for chunk in chunks {
        text.extend_from_slice(masker.push(chunk).0);
    }
    text.extend_from_slice(masker.finish().0);
    String::from_utf8(text).unwrap()
}

#[test]
fn a_secret_is_masked_wherever_it_is_cut() {
    let text = b"user=joe token=hunter2-hunter2 end";
    for cut in 0..=text.len() {
        let (head, tail) = text.split_at(cut);
        assert_eq!(masked(&["hunter2-hunter2"], &[head, tail]), "user=joe token=*** end", "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = text.chunks(1).collect();
    assert_eq!(masked(&["hunter2-hunter2"], &bytes), "user=joe token=*** end");
}

#[test]
fn base64_url_and_json_forms_are_masked_too() {
    let secret = "pä ss/\"word\"?";
    for shift in 0..3 {
        let text = STANDARD.encode(format!("{}{secret}:tail", "u".repeat(shift)));
        let shown = masked(&[secret], &[text.as_bytes()]);
        assert!(shown.contains("***") && shown.len() < 16, "{shown}");
    }
    assert_eq!(masked(&[secret], &[STANDARD.encode(secret).as_bytes()]), "***");
    assert_eq!(masked(&[secret], &[URL_SAFE.encode(secret).as_bytes()]), "***");
    let url = "p%C3%A4%20ss%2F%22word%22%3F";
    assert_eq!(masked(&[secret], &[url.as_bytes()]), "***");
    assert_eq!(masked(&[secret], &[url.to_lowercase().as_bytes()]), "***");
    assert_eq!(masked(&[secret], &[url.replace("%20", "+").as_bytes()]), "***");
    assert_eq!(masked(&[secret], &[br#"{"p":"p"#, "ä ss/\\\"word\\\"?\"}".as_bytes()]), r#"{"p":"***"}"#);
}

#[test]
fn a_secret_of_several_lines_is_masked_line_by_line() {
    let key = "-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----\n";
    assert_eq!(masked(&[key], &[b"  abcdefgh\r\n"]), "  ***\r\n");
    assert_eq!(masked(&[key], &[key.as_bytes(), b"after"]), "***\nafter");
}

#[test]
fn only_what_may_begin_a_secret_is_held_back() {
    let mut masker = Masker::new(Secrets::new(["correct horse"]).unwrap());
    assert_eq!(masker.push(b"Password: ").0, b"Password: ");
    assert_eq!(masker.push(b"say corr").0, b"say ");
    assert_eq!(masker.push(b"idor ").0, b"corridor ");
    let (text, places) = masker.push(b"x correct horse y");
    assert_eq!((text, places), (b"x *** y".as_slice(), [2].as_slice()));
}

#[test]
fn nothing_or_too_little_to_mask_is_no_mask() {
    assert!(Secrets::new([]).is_none());
    assert!(Secrets::new(["", "abc"]).is_none());
}

proptest! {
    #[test]
    fn chunks_give_what_the_whole_gives(
        text in "[ab]{0,60}",
        cuts in proptest::collection::vec(0usize..60, 0..6),
    ) {
        let secrets = ["abab", "ababb", "bbaa", "aaaaa"];
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).chain([0, text.len()]).collect();
        cuts.sort_unstable();
        let chunks: Vec<_> = cuts.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
        prop_assert_eq!(masked(&secrets, &chunks), masked(&secrets, &[text.as_bytes()]));
    }

    #[test]
    fn no_form_of_a_secret_gets_through(secret in "[a-zA-Z0-9 /+=&%]{8,20}", before in "[^\0]{0,5}") {
        for form in forms(&secret) {
            let text = [before.as_bytes(), &form, b"\n"].concat();
            let shown = masked(&[&secret], &[&text]);
            prop_assert!(!shown.contains(std::str::from_utf8(&form).unwrap()));
        }
    }
}
