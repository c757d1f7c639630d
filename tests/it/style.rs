//! The styles as they are shipped: without what only their reader needs, and with the same meaning.

#[allow(dead_code)]
#[path = "../../src/web/style.rs"]
mod style;

fn squeezed(css: &str) -> String {
    let (bytes, len) = style::squeeze::<4096>(css);
    String::from_utf8(bytes[..len].to_vec()).expect("text stays text")
}

#[test]
fn what_only_the_reader_needs_goes() {
    assert_eq!(squeezed("/* a */\n.a,\n.b { color : red;\n  margin: 0 1px; }\n\n.c > .d { }\n"), ".a,.b{color :red;margin:0 1px}.c>.d{}");
    assert_eq!(squeezed("a { color: red !important; /* why */ }"), "a{color:red!important}");
    assert_eq!(squeezed("\n"), "");
}

#[test]
fn what_means_something_stays() {
    for css in [
        ".a :hover .b:not(.c){x:y}",
        "@media (min-width:20em) and (max-width:30em){.a{width:calc(100% - 2 * (1px + 2px))}}",
        "@page :first{margin:0}",
        r#".a::before{content:"  /* no comment */ ; } \"  ";x:' " {  '}"#,
        ".甲::after{content:\"：\"}",
    ] {
        assert_eq!(squeezed(css), css);
    }
    assert_eq!(squeezed(".a/* one element */.b{x:y}"), ".a.b{x:y}");
}

#[test]
fn a_style_cut_short_does_no_harm() {
    assert_eq!(squeezed("a{content:\"b /* "), "a{content:\"b /* ");
    assert_eq!(squeezed("a{} /* b"), "a{}");
    assert_eq!(squeezed("a{} /"), "a{}/");
}

/// A second reading of the source files, by other means: the two have the same characters but for spaces, and
/// semicolons before a closing brace.
#[test]
fn the_shipped_styles_are_those_of_the_files() {
    let file = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("style").join(name);
        std::fs::read_to_string(path).expect("the style is there")
    };
    let bare = |css: &str| {
        let without_comments: String =
            css.split("/*").enumerate().map(|(idx, it)| if idx == 0 { it } else { it.split_once("*/").map_or("", |it| it.1) }).collect();
        let bare: String = without_comments.split_whitespace().collect();
        bare.replace(";}", "}")
    };
    let form: String = ["tokens.css", "form.css", "field.css", "review.css", "print.css"].map(file).concat();
    for (shipped, source) in [(style::FORM, form), (style::PAGE, file("page.css"))] {
        assert_eq!(bare(shipped), bare(&source));
        assert!(!shipped.contains('\n') && shipped.len() < source.len());
    }
}
