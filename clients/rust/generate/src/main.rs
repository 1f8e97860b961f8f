//! Writes the stubs from the descriptors of the contract: `generate DESCRIPTOR_SET OUT`.

use std::{env, error::Error, fs, path::Path};

use prost::Message;
use prost_types::FileDescriptorSet;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [source, out] = arguments.as_slice() else {
        return Err("usage: generate DESCRIPTOR_SET OUT".into());
    };
    let mut descriptors = FileDescriptorSet::decode(fs::read(source)?.as_slice())?;
    fs::create_dir_all(out)?;
    tonic_prost_build::configure()
        .build_server(false)
        .btree_map(".")
        .out_dir(out)
        .include_file("mod.rs")
        .compile_fds(descriptors.clone())?;
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    fs::write(Path::new(out).join("descriptors.binpb"), descriptors.encode_to_vec())?;
    Ok(())
}
