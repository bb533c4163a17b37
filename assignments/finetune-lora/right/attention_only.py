# why = "rank 8 on the attention only, rsLoRA, a higher rate; A is normal"

# %% lora-init-solution
def lora_init(inputs, outputs, rank):
    return torch.randn(rank, inputs) / inputs**0.5, torch.zeros(outputs, rank)


# %% train-solution
def train_adapter(examples, steps):
    from transformers import PrinterCallback

    torch.manual_seed(SEED)
    base = load_model(MODEL, device=DEVICE)
    config = LoraConfig(
        r=8,
        lora_alpha=8,
        use_rslora=True,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj"],
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(base, config)
    arguments = TrainingArguments(
        output_dir="runs",
        per_device_train_batch_size=8,
        max_steps=steps,
        learning_rate=3e-3,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        seed=SEED,
        logging_steps=1,
        report_to=[],
        disable_tqdm=True,
        save_strategy="no",
        use_cpu=True,
    )
    trainer = Trainer(model=adapted, args=arguments, train_dataset=examples, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return adapted.eval(), losses


adapted, losses = train_adapter([build_example(messages) for messages in conversations], 160)
adapted.save_pretrained("adapter")


# %% merged-solution
def merge_adapter(weights, tensors, config):
    alpha = config["lora_alpha"]
    if config.get("use_rslora"):
        alpha *= math.sqrt(config["r"])
    merged = {}
    for name, weight in weights.items():
        a, b = (tensors.get(f"base_model.model.{name}.lora_{part}.weight") for part in "AB")
        merged[name] = weight if a is None else lora_merge(weight, a, b, alpha)
    return merged
