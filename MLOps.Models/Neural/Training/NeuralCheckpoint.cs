using MLOps.Models.Catalog;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <summary>All that a training is between two batches: weights, the optimiser's moments and step count, the noise generator's state, the position in the data and the best epoch so far.</summary>
/// <param name="Optimizer">State of <see cref="DecoupledAdam"/>.</param>
/// <param name="Noise">State of <see cref="TrainingNoise"/>.</param>
internal sealed record NeuralCheckpoint(TrainingPosition Position, IReadOnlyDictionary<string, byte[]> Weights, byte[] Optimizer, byte[] Noise)
{
    private const string Layout = "mlops-neural-1";

    public static NeuralCheckpoint Of(TrainingPosition position, nn.Module network, DecoupledAdam optimizer, TrainingNoise noise)
    {
        return new NeuralCheckpoint(position, network.Snapshot(), optimizer.State(), noise.State());
    }

    /// <returns>Null: there is none, or it is none of this layout.</returns>
    public static NeuralCheckpoint? Read(byte[]? content) => CheckpointFile.Read(content, Layout, reader =>
    {
        var position = new TrainingPosition(
            reader.ReadInt32(),
            reader.ReadInt32(),
            ReadFigures(reader),
            new Validation(reader.ReadDouble(), ReadFigures(reader)),
            reader.ReadInt32(),
            ReadWeights(reader));
        return new NeuralCheckpoint(position, ReadWeights(reader), ReadBytes(reader), ReadBytes(reader));
    });

    public byte[] Write() => CheckpointFile.Write(Layout, writer =>
    {
        writer.Write(Position.Epoch);
        writer.Write(Position.Batch);
        WriteFigures(writer, Position.Losses);
        writer.Write(Position.Best.Loss);
        WriteFigures(writer, Position.Best.Metrics);
        writer.Write(Position.BestEpoch);
        WriteWeights(writer, Position.BestWeights);
        WriteWeights(writer, Weights);
        WriteBytes(writer, Optimizer);
        WriteBytes(writer, Noise);
    });

    /// <summary>Whether these are weights of this network: a hyper-parameter that the request left out may have another default in another release.</summary>
    public bool Fits(nn.Module network)
    {
        var own = network.Snapshot();
        return own.Count == Weights.Count && Weights.All(weight => own.TryGetValue(weight.Key, out var values) && values.Length == weight.Value.Length);
    }

    public void Restore(nn.Module network, DecoupledAdam optimizer, TrainingNoise noise)
    {
        network.Restore(Weights);
        optimizer.Restore(Optimizer);
        noise.Restore(Noise);
    }

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var bytes = reader.ReadBytes(count);
        return bytes.Length == count ? bytes : throw new EndOfStreamException();
    }

    private static void WriteFigures(BinaryWriter writer, IReadOnlyList<KeyValuePair<string, double>> figures)
    {
        writer.Write(figures.Count);
        foreach (var (name, value) in figures)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static KeyValuePair<string, double>[] ReadFigures(BinaryReader reader)
    {
        var figures = new KeyValuePair<string, double>[reader.ReadInt32()];
        for (var i = 0; i < figures.Length; i++)
        {
            figures[i] = KeyValuePair.Create(reader.ReadString(), reader.ReadDouble());
        }

        return figures;
    }

    private static void WriteWeights(BinaryWriter writer, IReadOnlyDictionary<string, byte[]> weights)
    {
        writer.Write(weights.Count);
        foreach (var (name, values) in weights)
        {
            writer.Write(name);
            WriteBytes(writer, values);
        }
    }

    private static Dictionary<string, byte[]> ReadWeights(BinaryReader reader)
    {
        var weights = new Dictionary<string, byte[]>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            weights[reader.ReadString()] = ReadBytes(reader);
        }

        return weights;
    }
}
