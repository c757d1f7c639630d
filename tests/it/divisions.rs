//! The list of administrative divisions: complete, a tree, and in step with the decision table for applicants.

use shenbao::engine::divisions::{DIVISIONS, Divisions};

/// The category that the digits of a code tell, as in the decision table for the 2017 notice.
fn category(code: u32) -> &'static str {
    let (aa, bb, cc) = (code / 10_000, code / 100 % 100, code % 100);
    let separately_planned = [2102, 3302, 3502, 3702, 4403].contains(&(code / 100));
    match (aa, bb, cc) {
        (_, 0, _) => "province",
        (_, _, 71..=79) => "zone",
        (11 | 12 | 31 | 50, 1, _) => "municipal district",
        (11 | 12 | 31 | 50, _, _) => "county",
        (_, _, 0) => "city",
        (_, _, 1..=20) if separately_planned => "separate district",
        (_, _, 81..) | (_, 21..=50 | 90, 1..=20) => "county city",
        (_, _, 1..=20) => "district",
        _ => "county",
    }
}

#[test]
fn counts_per_category_are_those_of_the_published_list() {
    let divisions = Divisions::read(DIVISIONS);
    let count = |wanted: &str| divisions.all().iter().filter(|it| category(it.code) == wanted).count();
    assert_eq!(divisions.provinces().count(), 31);
    assert_eq!(count("province"), 31);
    // 342 entries of the source, without 1101 1201 3101 5001 5002 and 4190 4290 4690 6590, which are no cities.
    assert_eq!(count("city"), 333);
    assert_eq!(count("municipal district"), 74);
    assert_eq!(count("separate district"), 35);
    assert_eq!(count("zone"), 124);
    // The decision table counts 397 and 867 over the source; 嘉峪关's repetition of itself is one of the 867.
    assert_eq!(count("county city"), 397);
    assert_eq!(count("district"), 866);
}

#[test]
fn zones_are_marked_and_nothing_else_is() {
    for it in Divisions::read(DIVISIONS).all() {
        assert_eq!(it.is_zone, category(it.code) == "zone", "{} {}", it.code, it.name);
    }
}

#[test]
fn every_entry_hangs_below_its_city_or_province() {
    let divisions = Divisions::read(DIVISIONS);
    let mut reached = 0;
    for province in divisions.provinces() {
        reached += 1;
        for city in divisions.below(province.code) {
            assert_eq!(city.code / 10_000, province.code / 10_000);
            reached += 1;
            for district in divisions.below(city.code) {
                assert_eq!(district.code / 100, city.code / 100);
                assert_eq!(divisions.below(district.code).count(), 0);
                reached += 1;
            }
        }
    }
    assert_eq!(reached, divisions.all().len());
    // Only 直辖市 and counties governed by a province or region have no city above them.
    for it in divisions.all().iter().filter(|it| it.code % 100 != 0) {
        let has_city = divisions.get(it.code / 100 * 100).is_some();
        let direct = [11, 12, 31, 50].contains(&(it.code / 10_000)) || it.code / 100 % 100 == 90;
        assert_ne!(has_city, direct, "{} {}", it.code, it.name);
    }
}

#[test]
fn known_codes_have_their_names() {
    let divisions = Divisions::read(DIVISIONS);
    for (code, name) in [
        (110000, "北京市"),
        (110108, "北京市海淀区"),
        (310151, "上海市崇明区"),
        (500151, "重庆市铜梁区"),
        (500229, "重庆市城口县"),
        (320500, "江苏省苏州市"),
        (320582, "江苏省苏州市张家港市"),
        (330782, "浙江省金华市义乌市"),
        (340181, "安徽省合肥市巢湖市"),
        (370211, "山东省青岛市黄岛区"),
        (370102, "山东省济南市历下区"),
        (440305, "广东省深圳市南山区"),
        (652300, "新疆维吾尔自治区昌吉回族自治州"),
        (659001, "新疆维吾尔自治区石河子市"),
        (429021, "湖北省神农架林区"),
        (410481, "河南省平顶山市舞钢市"),
        (150271, "内蒙古自治区包头市包头稀土高新技术产业开发区"),
    ] {
        assert_eq!(divisions.full_name(code).as_deref(), Some(name), "{code}");
    }
}

#[test]
fn cities_without_counties_do_not_contain_themselves() {
    let divisions = Divisions::read(DIVISIONS);
    for (code, name) in [(441900, "东莞市"), (442000, "中山市"), (460400, "儋州市"), (620200, "嘉峪关市")] {
        assert_eq!(divisions.get(code).map(|it| it.name.as_str()), Some(name));
        assert_eq!(divisions.below(code).count(), 0, "{name}");
    }
}

#[test]
fn a_damaged_list_costs_only_the_damaged_entries() {
    let divisions = Divisions::read("11北京市\nxx\n1101 01东城区 西城区 *\n999999999999 甲\n3205苏州市 99999999999昆山市 81\n");
    let found: Vec<_> = divisions.all().iter().map(|it| (it.code, it.name.as_str())).collect();
    assert_eq!(found, [(110000, "北京市"), (110101, "东城区"), (110102, "西城区"), (320500, "苏州市"), (320501, "昆山市")]);
}

#[test]
fn what_is_typed_finds_codes_and_names_and_then_full_names() {
    let divisions = Divisions::read(DIVISIONS);
    let found = |typed: &str| divisions.find(typed).iter().map(|it| it.code).collect::<Vec<_>>();
    assert_eq!(found("320582"), [320582]);
    assert_eq!(found("３２０５８２"), [320582], "full-width digits are digits");
    assert_eq!(found("3205").first(), Some(&320500), "a code may be given in part");
    assert_eq!(found("张家港"), [320582]);
    assert_eq!(found("江苏 张家港"), [320582], "characters of the full name in their order");
    // The district of that name comes before counties that only hold it.
    assert_eq!(found("鼓楼区").len(), 4);
    assert!(found("").is_empty() && found("  ").is_empty() && found("龘").is_empty());
}

#[test]
fn an_entry_names_everything_above_it() {
    let divisions = Divisions::read(DIVISIONS);
    assert_eq!(divisions.chain(320582), [320000, 320500, 320582]);
    assert_eq!(divisions.chain(110101), [110000, 110101], "a district of 直辖市 hangs at the province");
    assert!(divisions.chain(320599).is_empty());
    assert_eq!(divisions.spaced_name(320582), "江苏省 苏州市 张家港市");
    assert_eq!(divisions.spaced_name(320599), "");
}
