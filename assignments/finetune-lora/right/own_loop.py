# why = "a loop of one's own instead of Trainer, 120 steps at a falling rate of 3e-3"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    return torch.nn.functional.linear(x, weight + alpha / a.shape[0] * torch.mm(b, a), bias)


# %% train-solution
def train_adapter(examples, steps):
    generator = torch.Generator().manual_seed(SEED)
    torch.manual_seed(SEED)
    config = LoraConfig(r=16, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = get_peft_model(load_model(MODEL, device=DEVICE), config).train()
    trained = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=3e-3, weight_decay=0.0)
    losses = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - step / steps)
        chosen = torch.randint(len(examples), (8,), generator=generator).tolist()
        batch = {name: t.to(DEVICE) for name, t in collate([examples[i] for i in chosen]).items()}
        loss = adapted(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        losses.append(loss.item())
    return adapted.eval(), losses


adapted, losses = train_adapter([build_example(messages) for messages in conversations], 120)
adapted.save_pretrained("adapter")
