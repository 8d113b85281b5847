using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Evaluation.Validation;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Training;

/// <summary>The five validation metrics of a model, as metrics of the run and as a file of the model's folder that says on what each was computed, and why where one could not be.</summary>
internal sealed class ValidationFile
{
    public const string FileName = "validation.json";

    /// <summary>Before each metric's name.</summary>
    public const string Prefix = "validation/";

    private static readonly string[] DriftNames = ["drift_ks", "drift_psi", "drift_wasserstein", "drift_js"];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ValidatedModel _validated;
    private readonly ReferenceProfile? _profile;
    private readonly IReadOnlyList<DriftFigures> _drift;
    private readonly Dictionary<string, double> _values;
    private readonly Dictionary<string, string> _gaps;

    /// <param name="profile">Null: the model has none, for <paramref name="noProfile"/>.</param>
    public ValidationFile(ValidatedModel validated, ReferenceProfile? profile, string? noProfile)
    {
        var report = validated.Validation;
        _validated = validated;
        _profile = profile;
        _values = new Dictionary<string, double>(report.Values);
        _gaps = new Dictionary<string, string>(report.Gaps);
        var gap = profile is null ? $"there is no reference profile: {noProfile}" : Gap(report);
        _drift = gap is null ? DriftFigures.Of(profile!, report.Watched!) : [];
        foreach (var (name, values) in DriftNames.Zip((double?[][])[[.. _drift.Select(d => (double?)d.Ks)], [.. _drift.Select(d => (double?)d.Psi)], [.. _drift.Select(d => d.Wasserstein)], [.. _drift.Select(d => (double?)d.Js)]]))
        {
            if (values.Max() is { } largest)
            {
                _values[name] = largest;
            }
            else
            {
                _gaps[name] = gap ?? "every watched feature is constant in the reference";
            }
        }
    }

    /// <summary>As the run logs them.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics => _values.Select(value => KeyValuePair.Create(Prefix + value.Key, value.Value));

    /// <param name="rows">Those that the model was trained and validated on.</param>
    public ModelFile Content(TrainingData rows)
    {
        var (report, returns) = (_validated.Validation, _validated.Returns);
        return new ModelFile(FileName, JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Metrics = _values.OrderBy(value => value.Key, StringComparer.Ordinal).ToDictionary(),
                NotComputed = _gaps.OrderBy(gap => gap.Key, StringComparer.Ordinal).ToDictionary(),
                Rows = report.Rows is { } scored
                    ? new { scored.Which, Unseen = scored.IsUnseen, From = RowText.Of(rows, scored.From), To = RowText.Of(rows, scored.To - 1), TrainedTo = RowText.Of(rows, scored.TrainedTo - 1), Count = scored.To - scored.From }
                    : null,
                ComputedOn = report.Facts,
                Drift = _profile is null ? null : new
                {
                    Reference = new { From = _profile.TrainingStart, To = _profile.TrainingEnd, Rows = _profile.Features[0].Values.Count },
                    Rows = report.Watched?[0].Length,
                    Units = "ks: D; psi and js: over the reference's deciles, js a distance by base 2; wasserstein: in the reference's standard deviations; a metric is the largest of its features",
                    Features = _drift,
                },
                Figures = report.Figures.ToDictionary(figure => figure.Key, figure => double.IsFinite(figure.Value) ? figure.Value : (double?)null),
                Strategy = returns is not null ? new { returns.On, Moments = ReturnMoments.Of([.. returns.Values]) } : null,
            },
            Json));
    }

    /// <summary>What such a file says of the strategy's returns.</summary>
    /// <returns>Null: the model has no strategy, or one without a ratio.</returns>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static async Task<ReturnMoments?> MomentsAsync(Stream content, CancellationToken cancellationToken) =>
        (await JsonSerializer.DeserializeAsync<Kept>(content, Json, cancellationToken))?.Strategy?.Moments;

    private static string? Gap(ValidationReport report) => report.Watched is not { } watched
        ? "the watched features are not in what its evaluation runs"
        : watched.Any(column => column.Any(value => !double.IsFinite(value))) ? "a watched feature is not finite on a scored row" : null;

    /// <summary>What is read again of the file.</summary>
    private sealed record Kept(KeptStrategy? Strategy);

    private sealed record KeptStrategy(ReturnMoments? Moments);
}
