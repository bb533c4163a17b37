# why = "a batch of 16 at a rate of 1e-3 with alpha equal to the rank of 32"

# %% train-solution
def train_adapter(examples, steps):
    from transformers import PrinterCallback

    torch.manual_seed(SEED)
    base = load_model(MODEL, device=DEVICE)
    config = LoraConfig(r=32, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = get_peft_model(base, config)
    arguments = TrainingArguments(
        output_dir="runs",
        per_device_train_batch_size=16,
        max_steps=steps,
        learning_rate=1e-3,
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
