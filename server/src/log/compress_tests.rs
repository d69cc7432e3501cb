use std::io::Read as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use lastmile_protocol::{LogMatches, LogWindow, Stream};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::log::{INDEX, LOG, Limits, LogBytes, LogReader, LogWriter, Pattern, Query, WhenFull};

/// Small, so that little logs have many frames.
const SMALL: usize = 512;

fn ended(pieces: &[(Stream, Vec<u8>)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin(dir.path(), 1 << 40).unwrap();
    for (ms, (stream, bytes)) in (0..).zip(pieces) {
        writer.append(*stream, ms, bytes, &[]).unwrap();
    }
    std::fs::write(dir.path().join(EXIT), "{}").unwrap();
    dir
}

fn of_lines(count: u64) -> TempDir {
    ended(&[(Stream::Out, (0..count).map(|n| format!("line {n}\n")).collect::<String>().into_bytes())])
}

/// Both files, whatever their size.
fn compress_all(dir: &Path, frame: usize) {
    for part in Part::BOTH {
        let job = Job::open(dir, part, frame).unwrap();
        job.all_steps(&draft(dir, part), &mut || Ok(())).unwrap();
    }
}

fn files(dir: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(LOG) || name.starts_with(INDEX)).collect();
    names.sort();
    names
}

fn read(mut bytes: LogBytes) -> Vec<u8> {
    let mut read = Vec::new();
    bytes.read_to_end(&mut read).unwrap();
    read
}

/// All that somebody may ask a log for.
#[derive(Debug, PartialEq)]
struct Seen {
    windows: Vec<LogWindow>,
    text: Vec<u8>,
    ranges: Vec<Vec<u8>>,
    found: Vec<LogMatches>,
}

fn look(dir: &Path, places: &[u64]) -> Seen {
    let log = LogReader::open(dir).unwrap();
    let head = log.head().unwrap();
    let mut seen = Seen { windows: Vec::new(), text: Vec::new(), ranges: Vec::new(), found: Vec::new() };
    seen.windows.push(log.window(0, 2000).unwrap());
    seen.windows.push(log.tail(7).unwrap());
    seen.text = read(log.text(head.bytes).unwrap());
    let stays = AtomicBool::new(false);
    for (at, place) in (1..).zip(places) {
        let (line, byte) = (place % (head.lines + 2), place % (head.bytes + 2));
        seen.windows.push(log.window(line, 1 + at % 50).unwrap());
        seen.ranges.push(read(log.bytes(byte..byte + place % 3000).unwrap()));
        for pattern in [Pattern::plain("ab", false).unwrap(), Pattern::regex("^a.*[b€]$", true).unwrap()] {
            let query = Query { pattern, after: line, stream: None };
            let limits =
                Limits { lines: 100, bytes: u64::MAX, time: Duration::from_secs(600), cancelled: &stays };
            seen.found.push(log.search(&query, limits).unwrap());
        }
    }
    seen
}

#[test]
fn a_compressed_log_is_smaller_and_reads_as_before() {
    let dir = of_lines(100_000);
    let places = [0, 1, 5_000, 99_998, 100_000, 1_234_567, u64::MAX];
    let before = look(dir.path(), &places);
    let saved = compress(dir.path(), &mut || Ok(())).unwrap();
    assert_eq!(files(dir.path()), ["index.zst", "log.zst"]);
    assert!(saved.after * 3 < saved.before, "{saved:?}");
    assert!(look(dir.path(), &places) == before);
    assert!(!can_be_compressed(dir.path()).unwrap());
}

#[test]
fn any_other_zstd_reads_the_whole_log_from_it() {
    let dir = of_lines(100_000);
    let plain = std::fs::read(dir.path().join(LOG)).unwrap();
    compress(dir.path(), &mut || Ok(())).unwrap();
    let file = File::open(dir.path().join("log.zst")).unwrap();
    // What `zstd -d` does: frame after frame, and the seek table is passed over.
    assert!(zstd::stream::decode_all(file).unwrap() == plain);
}

#[test]
fn a_run_that_has_not_ended_is_left_alone() {
    let dir = of_lines(10_000);
    std::fs::remove_file(dir.path().join(EXIT)).unwrap();
    assert!(!can_be_compressed(dir.path()).unwrap());
    assert!(compress(dir.path(), &mut || Ok(())).is_err());
    assert_eq!(files(dir.path()), ["index", "log"]);
}

#[test]
fn a_log_of_one_block_stays_as_it_is() {
    let dir = of_lines(100);
    assert!(!can_be_compressed(dir.path()).unwrap());
    assert_eq!(compress(dir.path(), &mut || Ok(())).unwrap(), Saved::default());
    assert_eq!(files(dir.path()), ["index", "log"]);
}

#[test]
fn who_reads_while_a_log_is_compressed_is_not_disturbed() {
    let dir = of_lines(50_000);
    let before = look(dir.path(), &[25_000]);
    let log = LogReader::open(dir.path()).unwrap();
    let mut text = log.text(log.head().unwrap().bytes).unwrap();
    let mut begun = vec![0; 1000];
    text.read_exact(&mut begun).unwrap();
    compress(dir.path(), &mut || Ok(())).unwrap();
    assert_eq!(log.window(25_000, 2).unwrap(), before.windows[2]);
    assert!([begun, read(text)].concat() == before.text);
}

#[test]
fn cut_off_at_any_step_one_readable_log_is_there_and_the_next_attempt_succeeds() {
    let whole = of_lines(2_000);
    let before = look(whole.path(), &[0, 77, 1_999, 12_345]);
    for (part, frame) in [(Part::Log, 4096), (Part::Index, 8192)] {
        let mut step = 0;
        loop {
            let dir = of_lines(2_000);
            let draft = draft(dir.path(), part);
            let mut left = step;
            let mut cut = || match left {
                0 => Err(io::Error::other("the power is cut")),
                _ => {
                    left -= 1;
                    Ok(())
                }
            };
            let done = Job::open(dir.path(), part, frame).unwrap().all_steps(&draft, &mut cut).is_ok();
            assert!(look(dir.path(), &[0, 77, 1_999, 12_345]) == before, "{part:?}, step {step}");
            compress(dir.path(), &mut || Ok(())).unwrap();
            assert_eq!(files(dir.path()), ["index.zst", "log.zst"], "{part:?}, step {step}");
            assert!(look(dir.path(), &[0, 77, 1_999, 12_345]) == before, "{part:?}, step {step}");
            if done {
                break;
            }
            step += 1;
        }
        assert!(step > 10, "only {step} steps");
    }
}

#[test]
fn a_half_written_draft_of_a_crash_is_never_read_and_goes() {
    let dir = of_lines(2_000);
    std::fs::write(dir.path().join("log.zst.new"), b"half").unwrap();
    let before = look(dir.path(), &[1_000]);
    compress(dir.path(), &mut || Ok(())).unwrap();
    assert!(look(dir.path(), &[1_000]) == before);
    assert_eq!(files(dir.path()), ["index.zst", "log.zst"]);
}

#[test]
fn a_disk_that_gets_full_loses_nothing_and_keeps_no_draft() {
    for step in 0..6 {
        let dir = of_lines(50_000);
        let before = look(dir.path(), &[40_000]);
        let mut left = step;
        let mut full = || {
            left -= 1;
            if left < 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        };
        let error = compress(dir.path(), &mut full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(files(dir.path()), ["index", "log"]);
        assert!(look(dir.path(), &[40_000]) == before);
    }
}

#[test]
fn what_was_written_wrongly_is_found_before_the_log_goes() {
    let dir = of_lines(2_000);
    let job = Job::open(dir.path(), Part::Log, SMALL).unwrap();
    let draft = draft(dir.path(), Part::Log);
    let mut steps = 0;
    let length = job.length;
    // Behind the worker's back, once all frames are there: a frame becomes another's.
    let mut meddle = || {
        steps += 1;
        if steps == 3 + length.div_ceil(SMALL as u64) {
            let file = File::options().write(true).open(&draft).unwrap();
            file.write_all_at(b"nonsense", 20).unwrap();
        }
        Ok(())
    };
    assert!(job.all_steps(&draft, &mut meddle).is_err());
    assert!(dir.path().join(LOG).exists() && !dir.path().join("log.zst").exists());
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let dir = of_lines(2_000);
    compress_all(dir.path(), SMALL);
    let path = dir.path().join("log.zst");
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(37) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        std::fs::write(&path, damaged).unwrap();
        let read = LogReader::open(dir.path()).and_then(|log| {
            let mut bytes = Vec::new();
            log.bytes(0..u64::MAX)?.read_to_end(&mut bytes)
        });
        let error = read.unwrap_err();
        assert!(error.to_string().contains("damaged"), "{at}: {error}");
    }
}

#[test]
fn a_log_without_its_middle_reads_as_before_and_the_hole_takes_no_space() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = LogWriter::begin_with(dir.path(), 1 << 19, WhenFull::DropMiddle).unwrap();
    for line in 0..40_000 {
        writer.append(Stream::Out, line, format!("a line of number {line} ab\n").as_bytes(), &[]).unwrap();
    }
    std::fs::write(dir.path().join(EXIT), "{}").unwrap();
    let gap = LogReader::open(dir.path()).unwrap().gap().unwrap();
    assert!(gap.lines.end - gap.lines.start > 20_000);
    let (lines, bytes) = (gap.lines.clone(), gap.bytes.clone());
    let places: Vec<u64> = [lines.start, lines.end, bytes.start, bytes.end]
        .into_iter()
        .flat_map(|edge| [edge - 1000, edge - 1, edge, edge + 1])
        .collect();
    let before = look(dir.path(), &places);
    compress_all(dir.path(), 5000);
    assert!(look(dir.path(), &places) == before);
    let file = File::open(dir.path().join("log.zst")).unwrap();
    let outside = zstd::stream::decode_all(file).unwrap().len() as u64;
    assert_eq!(outside, before.windows[0].head.bytes - (bytes.end - bytes.start));
}

fn stream() -> impl Strategy<Value = Stream> {
    prop_oneof![Just(Stream::Out), Just(Stream::Err)]
}

/// Short lines and long ones, NULs, escape sequences, what is no UTF-8, and often no final newline.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[ab€ \r\n]{0,40}".prop_map(String::into_bytes),
        2 => proptest::collection::vec(any::<u8>(), 0..60),
        1 => (any::<u8>(), 0_usize..5000).prop_map(|(byte, count)| vec![byte; count]),
        1 => "(\u{1b}\\[[0-9;]{0,4}m[ab]{0,9}){0,9}\n?".prop_map(String::into_bytes),
        1 => Just(vec![0; 700]),
        1 => "[ab]{1500,3000}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_is_asked_of_a_log_the_answer_is_the_same_when_it_is_compressed(
        pieces in proptest::collection::vec((stream(), piece()), 0..60),
        frame in 1_usize..3000,
        places in proptest::collection::vec(any::<u64>(), 1..12),
    ) {
        let dir = ended(&pieces);
        let before = look(dir.path(), &places);
        compress_all(dir.path(), frame);
        prop_assert_eq!(files(dir.path()), ["index.zst", "log.zst"]);
        prop_assert!(look(dir.path(), &places) == before);
    }
}
