using static TorchSharp.torch;

namespace MLOps.Models.Neural;

/// <summary>A network's parameters and buffers by name, out of and into libtorch.</summary>
internal static class NetworkWeights
{
    /// <summary>The trained parameters for the export, row-major float32.</summary>
    public static IEnumerable<(string Name, float[] Values, long[] Shape)> Weights(this nn.Module network)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            yield return (name, Values(parameter), parameter.shape);
        }
    }

    /// <summary>Parameters and buffers as raw bytes, bit for bit.</summary>
    public static Dictionary<string, byte[]> Snapshot(this nn.Module network)
    {
        var snapshot = new Dictionary<string, byte[]>();
        foreach (var (name, value) in network.state_dict())
        {
            // Holds what is made on the way, which a garbage collection could free while libtorch reads it.
            using var scope = NewDisposeScope();
            snapshot[name] = value.detach().cpu().contiguous().bytes.ToArray();
        }

        return snapshot;
    }

    /// <summary>Sets what <see cref="Snapshot"/> of a network of the same layers gave.</summary>
    public static void Restore(this nn.Module network, IReadOnlyDictionary<string, byte[]> snapshot)
    {
        using var quiet = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            using var flat = empty(value.shape, value.dtype);
            snapshot[name].CopyTo(flat.bytes);
            value.copy_(flat);
        }
    }

    private static float[] Values(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.detach().cpu().contiguous().data<float>().ToArray();
    }
}
