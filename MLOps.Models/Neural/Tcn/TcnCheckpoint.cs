using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>All that a training of the network is after an epoch: weights, AdamW's moments and step count, the best epoch so far. Dropout or another random draw
/// within an epoch would have to be added.</summary>
/// <param name="Epoch">Epochs that are done.</param>
/// <param name="Optimizer">As TorchSharp writes it.</param>
internal sealed record TcnCheckpoint(int Epoch, Dictionary<string, float[]> Weights, byte[] Optimizer, TcnScore Best, int BestEpoch, Dictionary<string, float[]> BestWeights)
{
    /// <summary>Another layout gets another name: a checkpoint may be read by the next release.</summary>
    private const string Layout = "mlops-tcn-1";

    public static TcnCheckpoint Of(TcnNetwork network, AdamW optimizer, int epoch, TcnScore best, int bestEpoch, Dictionary<string, float[]> bestWeights)
    {
        using var moments = new MemoryStream();
        using (var writer = new BinaryWriter(moments, Encoding.UTF8, leaveOpen: true))
        {
            optimizer.save_state_dict(writer);
        }

        return new TcnCheckpoint(epoch, WeightsOf(network), moments.ToArray(), best, bestEpoch, bestWeights);
    }

    /// <returns>Null: it is none of this layout.</returns>
    public static TcnCheckpoint? Read(byte[]? content)
    {
        if (content is null || !content.AsSpan().StartsWith(Header()))
        {
            return null;
        }

        using var stream = new MemoryStream(content);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        reader.ReadString();
        return new TcnCheckpoint(
            reader.ReadInt32(),
            ReadWeights(reader),
            reader.ReadBytes(reader.ReadInt32()),
            new TcnScore(reader.ReadDouble(), reader.ReadDouble()),
            reader.ReadInt32(),
            ReadWeights(reader));
    }

    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Layout);
            writer.Write(Epoch);
            WriteWeights(writer, Weights);
            writer.Write(Optimizer.Length);
            writer.Write(Optimizer);
            writer.Write(Best.LogLoss);
            writer.Write(Best.Accuracy);
            writer.Write(BestEpoch);
            WriteWeights(writer, BestWeights);
        }

        return stream.ToArray();
    }

    /// <summary>Whether these are weights of this network: a hyper-parameter that the request left out may have another default in another release.</summary>
    public bool Fits(TcnNetwork network)
    {
        var shapes = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.numel());
        return shapes.Count == Weights.Count && Weights.All(weight => shapes.TryGetValue(weight.Key, out var length) && length == weight.Value.Length);
    }

    public void Restore(TcnNetwork network, AdamW optimizer)
    {
        SetWeights(network, Weights);
        using var moments = new MemoryStream(Optimizer);
        using var reader = new BinaryReader(moments, Encoding.UTF8);
        optimizer.load_state_dict(reader);
    }

    public static Dictionary<string, float[]> WeightsOf(TcnNetwork network) => network.Weights().ToDictionary(weight => weight.Name, weight => weight.Values);

    public static void SetWeights(TcnNetwork network, Dictionary<string, float[]> weights)
    {
        using var quiet = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var values = tensor(weights[name], parameter.shape);
            parameter.copy_(values);
        }
    }

    private static byte[] Header() => [(byte)Layout.Length, .. Encoding.UTF8.GetBytes(Layout)];

    private static void WriteWeights(BinaryWriter writer, Dictionary<string, float[]> weights)
    {
        writer.Write(weights.Count);
        foreach (var (name, values) in weights)
        {
            writer.Write(name);
            writer.Write(values.Length);
            foreach (var value in values)
            {
                writer.Write(value);
            }
        }
    }

    private static Dictionary<string, float[]> ReadWeights(BinaryReader reader)
    {
        var weights = new Dictionary<string, float[]>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadString();
            var values = new float[reader.ReadInt32()];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.ReadSingle();
            }

            weights[name] = values;
        }

        return weights;
    }
}
