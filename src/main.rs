//! Browser start: the panic hook and the element; nothing else.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        shenbao::web::panic::set_hook();
        shenbao::web::element::define();
    }
}
