# loses = ["lora-init", "layer"]
# why = "B is random too: training does not start at the base model, and nothing shows it later"

# %% lora-init-solution
def lora_init(inputs, outputs, rank):
    a = (2 * torch.rand(rank, inputs) - 1) / inputs**0.5
    return a, (2 * torch.rand(outputs, rank) - 1) / rank**0.5
