using System.Text.Json;
using System.Text.Json.Serialization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Features that are declared, not programmed: a small JSON form, fitted on training rows alone, and applied by the same code in training and in serving.</summary>
/// <param name="Features">In the order of their columns.</param>
/// <param name="Scale">Whether each feature is brought to mean 0 and deviation 1 of the training rows. Default: yes.</param>
/// <param name="Keep">Columns of the raw rows that are passed on as they are.</param>
/// <param name="Label">Labels for training; null: none.</param>
public sealed record FeaturePipeline(
    IReadOnlyList<FeatureStep> Features,
    bool Scale = true,
    IReadOnlyList<string>? Keep = null,
    TripleBarrierStep? Label = null)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <exception cref="ModelTrainingException">It is no such declaration, or a setting is out of range; the message says where.</exception>
    public static FeaturePipeline Parse(ReadOnlySpan<byte> json)
    {
        FeaturePipeline? pipeline;
        try
        {
            pipeline = JsonSerializer.Deserialize<FeaturePipeline>(json, Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ModelTrainingException($"The feature pipeline cannot be read: {exception.Message}", exception);
        }

        return (pipeline ?? throw new ModelTrainingException("The feature pipeline is null: expected an object with 'features'.")).Checked();
    }

    /// <summary>Names of the columns that come out, without those of the label.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Names => [.. Features.SelectMany(step => step.Names)];

    /// <summary>Fits the scalers on these rows and no others.</summary>
    /// <exception cref="ModelTrainingException">A column is missing, or no row has the history that the features need.</exception>
    public FittedFeaturePipeline Fit(TrainingData rows)
    {
        Checked();
        var columns = Compute(rows);
        int[] whole = [.. Enumerable.Range(0, rows.Count).Where(row => columns.All(column => double.IsFinite(column[row])))];
        if (whole.Length == 0)
        {
            throw new ModelTrainingException($"None of the {rows.Count} training rows has the history that the features need: give more rows, or shorter windows.");
        }

        return new FittedFeaturePipeline(
            this,
            [.. columns.Select((column, i) => Scale ? Fit(Names[i], [.. whole.Select(row => column[row])]) : new FittedFeature(Names[i], 0, 1))],
            whole[0],
            Keep is { } keep ? [.. keep.Where(name => rows.Columns.Any(column => column.Name == name && column.Numbers is not null))] : null);
    }

    /// <summary>Of rows in several pieces, of each by itself: no feature is made over a gap.</summary>
    internal double[][] Compute(TrainingData rows)
    {
        double[][][] parts = [.. rows.Parts().Select(part => Features.SelectMany(step => step.Compute(part)).ToArray())];
        return parts.Length == 1 ? parts[0] : [.. Names.Select((_, column) => parts.SelectMany(part => part[column]).ToArray())];
    }

    private static FittedFeature Fit(string name, double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));

        // A feature that never changes carries nothing; 1 keeps it finite.
        return new FittedFeature(name, mean, deviation > 1e-12 * Math.Max(1, Math.Abs(mean)) ? deviation : 1);
    }

    private FeaturePipeline Checked()
    {
        if (Features.Count == 0)
        {
            throw new ModelTrainingException("The feature pipeline has no features: expected at least one.");
        }

        foreach (var step in Features)
        {
            step.Check();
        }

        Label?.Check();
        string[] names = [.. Names, .. Keep ?? [], .. Label is null ? [] : TripleBarrierStep.Columns];
        return names.CountBy(name => name).FirstOrDefault(entry => entry.Value > 1).Key is { } twice
            ? throw new ModelTrainingException($"The feature pipeline makes the column '{twice}' twice.")
            : this;
    }
}
