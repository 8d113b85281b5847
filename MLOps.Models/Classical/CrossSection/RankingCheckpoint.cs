using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>All that LambdaRank is between two epochs.</summary>
/// <param name="First">Adam's mean of the gradients.</param>
/// <param name="Second">Adam's mean of their squares.</param>
/// <param name="Best">Highest mean NDCG of an epoch so far.</param>
/// <param name="BestWeights">Those that it is of.</param>
internal sealed record RankingCheckpoint(int Epoch, double[] Weights, double[] First, double[] Second, double Best, double[] BestWeights)
{
    private const string Layout = "mlops-lambdarank-1";

    public static RankingCheckpoint Start(double[] weights) =>
        new(0, weights, new double[weights.Length], new double[weights.Length], double.NegativeInfinity, weights);

    /// <param name="digest">Of the training's settings and rows.</param>
    /// <returns>Null: there is none, or it is of another layout or another training.</returns>
    public static RankingCheckpoint? Read(byte[]? content, byte[] digest) => CheckpointFile.Read(content, Layout, digest, reader =>
        new RankingCheckpoint(reader.ReadInt32(), ReadValues(reader), ReadValues(reader), ReadValues(reader), reader.ReadDouble(), ReadValues(reader)));

    public byte[] Write(byte[] digest) => CheckpointFile.Write(Layout, digest, writer =>
    {
        writer.Write(Epoch);
        WriteValues(writer, Weights);
        WriteValues(writer, First);
        WriteValues(writer, Second);
        writer.Write(Best);
        WriteValues(writer, BestWeights);
    });

    private static void WriteValues(BinaryWriter writer, double[] values)
    {
        writer.Write(values.Length);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static double[] ReadValues(BinaryReader reader)
    {
        var values = new double[reader.ReadInt32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.ReadDouble();
        }

        return values;
    }
}
