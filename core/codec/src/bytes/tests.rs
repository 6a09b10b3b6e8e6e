//! What is found must be what a plain way finds, wherever it stands.

use super::*;

#[test]
fn a_whole_number_is_nothing_but_digits() {
    assert_eq!(whole_number("0"), Some(0));
    assert_eq!(whole_number("1778590800"), Some(1_778_590_800));
    assert_eq!(
        whole_number("999999999999999999"),
        Some(999_999_999_999_999_999)
    );
    for other in [
        "",
        "-1",
        "+1",
        "1.0",
        " 1",
        "1e3",
        "\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}",
    ] {
        assert_eq!(whole_number(other), None, "{other}");
    }
    assert_eq!(whole_number("1000000000000000000"), None);
}

/// Compares what the plain way and the wide one find.
fn both(text: &str, expected: Option<(usize, bool)>) {
    assert_eq!(string_end(text.as_bytes(), 0), expected, "{text}");
    #[cfg(target_arch = "x86_64")]
    if is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        let found = unsafe { string_end_wide(text.as_bytes(), 0) };
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn windows_differ_from_the_first_byte_on_that_is_another() {
    let first = [b'a'; 32];
    for place in 0..=32 {
        let mut second = first;
        if let Some(byte) = second.get_mut(place) {
            *byte = b'b';
        }
        let place = u32::try_from(place).expect("few");
        assert_eq!(difference(&first, &second).trailing_zeros(), place);
        #[cfg(target_arch = "x86_64")]
        if is_wide() {
            // SAFETY: the processor has the instructions, as `is_wide` says.
            let found = unsafe { difference_wide(&first, &second) };
            assert_eq!(found.trailing_zeros(), place);
        }
    }
}

#[test]
fn strings_end_at_the_first_quote_that_is_not_escaped() {
    for padding in 0..70 {
        let head = "x".repeat(padding);
        for (tail, end) in [
            ("\"", 0),
            ("\\\"\"", 2),
            ("\\\\\"", 2),
            ("\\u0041\\\\\\\"z\"rest of the text", 11),
        ] {
            let text = format!("{head}{tail}");
            both(&text, Some((padding + end, end > 0)));
        }
        both(&format!("{head}\\"), None);
        both(&format!("{head}\\\""), None);
    }
}

#[test]
fn blanks_are_found_wherever_they_stand() {
    let text = "a bc  def                    ghij k ".repeat(5);
    for start in 0..text.len() {
        for end in start..=text.len() {
            let part = &text.as_bytes()[start..end];
            let mut found = Vec::new();
            each_blank(part, |at| found.push(at));
            let blanks = (0..part.len()).filter(|at| part[*at] == b' ');
            assert_eq!(found, blanks.collect::<Vec<_>>());
            let first = part.iter().position(|byte| *byte == b' ');
            assert_eq!(find_near(part, b' '), first);
            let first = part.iter().position(|byte| matches!(byte, b'd' | b'g'));
            assert_eq!(ByteSet::new(*b"dg").find(part), first);
        }
    }
}

/// What [`container_end`] gives, one byte after the other.
fn plain(bytes: &[u8], max_depth: usize) -> Result<usize, Unbalanced> {
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        let was_escaped = is_escaped;
        is_escaped = *byte == b'\\' && !was_escaped;
        match byte {
            b'"' if !was_escaped => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > max_depth {
                    return Err(Unbalanced::TooDeep(at));
                }
            }
            b'}' | b']' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            _ => {}
        }
    }
    Err(Unbalanced::Open)
}

#[test]
fn nothing_is_read_beyond_the_end_of_the_memory() {
    // Of every length and from every place, at the very end of an allocation of its own: a load
    // beyond the end is one beyond the allocation, which valgrind and Miri see, and whose bytes
    // would change what is found.
    let text =
        br#"{"a":"x\\\"y","b":[{"c":"}"},[1,2]],"d":"0123456789abcdefghijklmnopqrstuvwxyz"}"#;
    for length in 0..=text.len() * 2 {
        let bytes: Vec<u8> = text.iter().copied().cycle().take(length).collect();
        let exact: Box<[u8]> = bytes.into_boxed_slice();
        for start in 0..=length {
            let part: Box<[u8]> = exact[start..].into();
            let ends = part.iter().position(|byte| *byte == b'"');
            let escaped = part.iter().position(|byte| *byte == b'\\');
            if ends < escaped || escaped.is_none() {
                let found = string_end(&part, 0).map(|(end, _)| end);
                assert_eq!(found, ends, "{length} {start}");
            }
            assert_eq!(
                string_end(&exact, start),
                string_end(&part, 0).map(|(end, is)| { (end + start, is) })
            );
            if matches!(part.first(), Some(b'{' | b'[')) {
                assert_eq!(container_end(&part, 0, 9), plain(&part, 9).ok());
                let moved = container_end(&exact, start, 9).map(|end| end - start);
                assert_eq!(moved, plain(&part, 9).ok());
            }
        }
    }
}

#[test]
fn containers_end_where_the_plain_way_finds_it() {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for _ in 0..20_000 {
        let mut text = vec![b'{'];
        for _ in 0..next() % 300 {
            text.push(b"\"\"\\\\{}[]abcdefghij,:"[next() % 20]);
        }
        assert_eq!(
            container_end(&text, 0, 9).ok_or_else(|| unbalanced(&text, 0, 9)),
            plain(&text, 9),
            "{}",
            String::from_utf8_lossy(&text)
        );
        assert_eq!(
            container_end_with(&text, 0, 9, masks64, prefix_xor),
            plain(&text, 9).ok()
        );
    }
}
