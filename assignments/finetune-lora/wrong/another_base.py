# loses = ["adapter"]
# why = "trained on another base, which computes the same with its features in another order"

# %% train-solution
def train_adapter(examples, steps):
    from transformers import PrinterCallback

    torch.manual_seed(SEED)
    base = load_model(MODEL, device=DEVICE)
    order = torch.randperm(256, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        for name, weight in base.named_parameters():
            if weight.shape[-1] == 256 and "o_proj" not in name:
                weight.copy_(weight[..., order])
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight.copy_(weight[order])
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


adapted, losses = train_adapter([build_example(messages) for messages in conversations], 160)
adapted.save_pretrained("adapter")
