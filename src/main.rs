//! Browser start: the panic hook; the element calls what `web::element` exports.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        shenbao::web::panic::set_hook();
    }
}
