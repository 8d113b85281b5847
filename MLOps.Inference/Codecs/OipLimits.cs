namespace MLOps.Inference.Codecs;

/// <summary>What one request may take.</summary>
public static class OipLimits
{
    /// <summary>Bytes of a request's body after decompression, and of its tensors after parsing.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>How deep JSON may nest.</summary>
    public const int MaxDepth = 64;

    /// <summary>Tensors in a request.</summary>
    public const int MaxTensors = 1024;
}
