# loses = ["lora-init"]
# why = "normal numbers of size 1, whatever the width of the layer"

# %% lora-init-solution
def lora_init(inputs, outputs, rank):
    return torch.randn(rank, inputs), torch.zeros(outputs, rank)
