using System.Text.Json;

namespace MLOps.Monitoring.Drift;

/// <summary>What a model's inputs are judged against: their training-period values and the threshold calibrated on blocks of them.
/// Stored beside the model as <see cref="FileName"/>.</summary>
/// <param name="Version">Version of this format; readers refuse another.</param>
/// <param name="Window">How observations are grouped: <c>month</c>, calendar months in UTC.</param>
/// <param name="BlockLength">Rows of one calibration block, about as many as a window has.</param>
/// <param name="Quantile">Quantile of the blocks' statistics that is the threshold.</param>
/// <param name="Blocks">Number of blocks behind the threshold.</param>
/// <param name="TrainingStart">First training day.</param>
/// <param name="TrainingEnd">Last training day.</param>
/// <param name="Method">For people: how the threshold came about.</param>
public sealed record ReferenceProfile(
    int Version,
    IReadOnlyList<ReferenceFeature> Features,
    string Window,
    int BlockLength,
    double Quantile,
    double Threshold,
    int Blocks,
    DateOnly TrainingStart,
    DateOnly TrainingEnd,
    string Method)
{
    public const int CurrentVersion = 1;
    public const string FileName = "reference_profile.json";
    public const string MonthWindow = "month";

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <exception cref="FormatException">Not a profile, of another version, or inconsistent; the message says what.</exception>
    public static ReferenceProfile Parse(string json)
    {
        ReferenceProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize<ReferenceProfile>(json, JsonOptions)
                ?? throw new FormatException("The reference profile is the JSON value null: expected an object.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The reference profile cannot be read: {e.Message}", e);
        }

        profile.Check();
        return profile;
    }

    private void Check()
    {
        if (Version != CurrentVersion)
        {
            throw new FormatException($"The reference profile has version {Version}: this release reads version {CurrentVersion}. Train the model again, or use a release that reads it.");
        }

        if (Window != MonthWindow)
        {
            throw new FormatException($"The reference profile has window '{Window}': expected '{MonthWindow}'.");
        }

        if (Features.Count == 0)
        {
            throw new FormatException("The reference profile has no features: expected at least one.");
        }

        if (BlockLength < 2 || !(Threshold > 0) || !double.IsFinite(Threshold))
        {
            throw new FormatException($"The reference profile has block_length {BlockLength} and threshold {Threshold}: expected at least 2, and a finite number above 0.");
        }

        foreach (var feature in Features)
        {
            if (feature.Values.Count < 2 || feature.Values.Any(value => !double.IsFinite(value)))
            {
                throw new FormatException($"Feature '{feature.Name}' of the reference profile has {feature.Values.Count} values: expected at least 2, all finite.");
            }
        }
    }
}
