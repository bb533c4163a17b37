# loses = ["adapter", "merged"]
# why = "the configuration states half of the rank"

# %% train-solution
def train_adapter(examples, steps):
    from transformers import PrinterCallback

    torch.manual_seed(SEED)
    base = load_model(MODEL, device=DEVICE)
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = get_peft_model(base, config)
    arguments = TrainingArguments(
        output_dir="runs",
        per_device_train_batch_size=8,
        max_steps=steps,
        learning_rate=2e-3,
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


adapted, losses = train_adapter([build_example(messages) for messages in conversations], 40)
adapted.save_pretrained("adapter")
stated = json.loads(Path("adapter/adapter_config.json").read_text())
Path("adapter/adapter_config.json").write_text(json.dumps({**stated, "r": 8}))
