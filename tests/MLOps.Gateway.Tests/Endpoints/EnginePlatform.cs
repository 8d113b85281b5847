namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A platform whose engine has room for two tiny models, and batches one of them.</summary>
public sealed class EnginePlatform : ServingPlatform
{
    public EnginePlatform()
    {
        Settings["MLOps:Inference:MemoryBudgetMiB"] = "3";
        Settings["MLOps:Inference:Batching:batched:MaxRows"] = "8";
    }
}
