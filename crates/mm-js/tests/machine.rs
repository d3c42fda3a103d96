//! The package in a browser: objects as JavaScript sees them.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, BigInt, Reflect};
use mm_js::{Machine, explain, model, states};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const SCRIPT: &str = "boot state=512M-buddy\nspawn web\nweb: buf = mmap 16K\nweb: write buf+0x123";

fn get(object: &JsValue, path: &str) -> JsValue {
    path.split('.')
        .fold(object.clone(), |object, key| Reflect::get(&object, &key.into()).unwrap_or(JsValue::UNDEFINED))
}

fn ran() -> Machine {
    let mut machine = Machine::new(None);
    let result = machine.run(SCRIPT);
    assert_eq!(Array::from(&get(&result, "errors")).length(), 0);
    machine
}

#[wasm_bindgen_test]
fn a_script_answers_with_plain_objects() {
    let mut machine = Machine::new(None);
    let result = machine.run(SCRIPT);
    let commands = Array::from(&get(&result, "commands"));
    assert_eq!(commands.length(), 4);
    let last = commands.get(3);
    assert_eq!(get(&last, "expected"), JsValue::TRUE);
    assert_eq!(get(&last, "line"), JsValue::from(4));
    assert_eq!(get(&last, "answer.0.pieces.0.Text").as_string().as_deref(), Some("1 minor fault"));
    assert!(get(&last, "nanos").is_instance_of::<BigInt>() || get(&last, "nanos").is_bigint());
}

#[wasm_bindgen_test]
fn a_wrong_script_is_data_and_changes_nothing() {
    let mut machine = ran();
    let end = machine.end();
    let result = machine.run("boto ram=512M\nweb: mmap 16X");
    let errors = Array::from(&get(&result, "errors"));
    assert_eq!(errors.length(), 2);
    assert_eq!(get(&errors.get(0), "line"), JsValue::from(1));
    assert_eq!(get(&errors.get(0), "nearest").as_string().as_deref(), Some("boot"));
    assert_eq!(machine.end(), end);
}

#[wasm_bindgen_test]
fn what_a_kernel_printed_is_one_error_that_names_it() {
    let mut machine = ran();
    let end = machine.end();
    let result =
        machine.run("x: page allocation failure: order:4, mode:0x20\nMem-Info:\nNode 0 DMA: 1*4kB\n");
    let errors = Array::from(&get(&result, "errors"));
    assert_eq!(errors.length(), 1);
    let message = get(&errors.get(0), "message").as_string();
    assert!(message.is_some_and(|text| text.contains("a page allocation failure report")));
    assert_eq!(machine.end(), end);
}

#[wasm_bindgen_test]
fn a_machine_stands_anywhere_in_its_script() {
    let mut machine = ran();
    assert_eq!(machine.position(), machine.end());
    assert_eq!(machine.seek("4.5", None), "4.5");
    assert!(
        get(&machine.step(), "text").as_string().is_some_and(|text| text.contains("the walk stops here"))
    );
    assert_eq!(machine.seek("nowhere", None), "4.5");
    assert_eq!(machine.seek("0.0", None), "0.0");
    assert!(machine.step().is_null());
    assert_eq!(machine.seek("99.99", None), machine.end());
}

#[wasm_bindgen_test]
fn a_machine_is_walked_through_as_on_the_page() {
    let mut machine = ran();
    let end = machine.end();
    assert_eq!(machine.go("forward"), end, "nothing comes after");
    let back = machine.go("back");
    assert_ne!(back, end);
    assert_eq!(machine.go("forward"), end);
    assert_eq!(machine.go("sideways"), end);
    assert_eq!(get(&machine.find("16899"), "Frame"), JsValue::from(16899));
    assert_eq!(get(&machine.find("web"), "Process").as_string().as_deref(), Some("web"));
    assert!(machine.find("nowhere").is_null());
    let next = machine.neighbour("frame:16899", "next").expect("more of this kind");
    assert_eq!(machine.neighbour(&next, "previous").as_deref(), Some("frame:16899"));
    assert_eq!(machine.neighbour("frame:16899", "above"), None);
}

#[wasm_bindgen_test]
fn a_step_is_found_by_its_name_in_the_model_that_named_it() {
    let mut machine = ran();
    let there = machine.seek("4:fault.raised#1", Some(model()));
    assert_eq!(get(&machine.step(), "event").as_string().as_deref(), Some("fault.raised"));
    assert_eq!(machine.anchor(), "4:fault.raised#1");
    assert_eq!(machine.seek(&there, None), there);
    assert_eq!(machine.seek("4:fault.raised#1", Some("0".to_owned())), "4.0");
    assert_eq!(machine.anchor(), "4:start");
    assert_eq!(machine.seek("4:fault.raised#9", Some(model())), "4.0");
    assert_eq!(machine.seek("4:end", Some("0".to_owned())), machine.end());
    assert_eq!(machine.anchor(), "4:end");
}

#[wasm_bindgen_test]
fn a_command_without_detail_has_one_step_and_the_same_end() {
    let mut machine = Machine::new(None);
    machine.set_detail(false);
    let result = machine.run(SCRIPT);
    let last = Array::from(&get(&result, "commands")).get(3);
    assert_eq!((get(&last, "coarse"), get(&last, "steps")), (JsValue::TRUE, JsValue::from(1)));
    assert_eq!(machine.file("/proc/buddyinfo"), ran().file("/proc/buddyinfo"));
}

#[wasm_bindgen_test]
fn views_are_plain_objects() {
    let machine = ran();
    let walk = machine.translate(Some("buf+0x123".into()), Some("web".into()));
    assert!(get(&walk, "address").is_bigint());
    assert_eq!(Array::from(&get(&walk, "levels")).length(), 4);
    let buddy = machine.buddy(None, None);
    assert_eq!(Array::from(&get(&buddy, "orders")).length(), 11);
    let frame = get(&walk, "outcome.Mapped.frame").as_f64().expect("the frame");
    let inspected = machine.inspect(&format!("frame:{frame}"));
    assert_eq!(get(&inspected, "Frame.pfn").as_f64(), Some(frame));
    assert_eq!(machine.inspect("nonsense"), JsValue::from("Empty"));
    assert_eq!(get(&machine.process(None), "process.process.name").as_string().as_deref(), Some("web"));
    assert!(Array::from(&get(&machine.frames(), "columns")).length() > 0);
}

#[wasm_bindgen_test]
fn every_panel_has_its_view() {
    let mut machine = Machine::new(None);
    machine.run("boot ram=128M\nkernel: c = kmem_cache_create inode size=600\nkernel: a = kmem_cache_alloc c count=9\nkernel: v = vmalloc 64K");
    let zones = machine.zones(Some("GFP_DMA".into()), Some(3), None);
    assert_eq!(get(&zones, "request.highest").as_string().as_deref(), Some("DMA"));
    assert!(get(&zones, "zones.1.free").is_bigint());
    assert!(machine.zones(Some("GFP_CAT".into()), None, None).is_null());
    let slab = machine.slab(Some("inode".into()), None, Some(65));
    assert_eq!(get(&slab, "cache.row.name").as_string().as_deref(), Some("inode"));
    assert_eq!(get(&slab, "kmalloc.choice.cache").as_string().as_deref(), Some("kmalloc-96"));
    let area = machine.vmalloc(None);
    assert_eq!(get(&area, "area.row.label").as_string().as_deref(), Some("v"));
    assert_eq!(get(&area, "area.row.frames"), JsValue::from(16));
    let compaction = machine.compaction(Some(0), Some(1), Some(9));
    assert_eq!(Array::from(&get(&compaction, "orders")).length(), 11);
    assert_eq!(get(&compaction, "outlook.answer").as_string().as_deref(), Some("NotNeeded"));
    assert!(machine.fallback(None, None).is_null());
}

#[wasm_bindgen_test]
fn a_fallback_is_told_in_words() {
    let mut machine = Machine::new(Some("zh-CN".into()));
    machine
        .run("boot ram=128M\nkernel: drain_all_pages\nkernel: r = alloc_pages order=4 gfp=__GFP_RECLAIMABLE");
    let told = machine.fallback(Some(0), Some(1));
    assert_eq!(get(&told, "decision.asked").as_string().as_deref(), Some("Reclaimable"));
    assert_eq!(get(&told, "decision.extent").as_string().as_deref(), Some("Pageblocks"));
    assert!(get(&told, "reach").as_string().is_some_and(|text| text.contains("全部改换类型")));
    assert!(get(&told, "verdict").is_null());
}

#[wasm_bindgen_test]
fn files_are_text() {
    let machine = ran();
    assert!(machine.file("/proc/buddyinfo").is_some_and(|text| text.starts_with("Node 0, zone      DMA")));
    assert_eq!(machine.file("/proc/nothing"), None);
    assert!(machine.files().contains(&"/proc/web/maps".to_owned()));
    assert!(states().contains(&"512M-buddy".to_owned()));
}

#[wasm_bindgen_test]
fn steps_have_words_in_the_language_asked_for() {
    let mut machine = Machine::new(Some("zh-CN".into()));
    machine.run(SCRIPT);
    let steps = Array::from(&machine.steps(4));
    assert!(steps.length() > 20);
    assert!(get(&steps.get(0), "text").as_string().is_some_and(|text| text.ends_with('。')));
    assert_eq!(Array::from(&machine.steps(9)).length(), 0);
    let event = get(&steps.get(0), "event").as_string().expect("a name");
    assert!(get(&explain(&event, None), "meaning").as_string().is_some_and(|text| text.ends_with('.')));
    assert!(explain("no.such", None).is_null());
}
