using MLOps.Contracts.Monitoring;

namespace MLOps.Gateway.Monitoring;

/// <summary>One judged window on the wire.</summary>
internal sealed record DriftReportResponse(
    string Window,
    int Count,
    double Statistic,
    double Threshold,
    bool Drifted,
    bool TextbookDrifted,
    IReadOnlyList<FeatureDriftResponse> Features)
{
    public static DriftReportResponse Of(DriftReport report) => new(
        report.Window, report.Count, report.Statistic, report.Threshold, report.Drifted, report.TextbookDrifted,
        [.. report.Features.Select(f => new FeatureDriftResponse(f.Feature, f.KolmogorovSmirnov, f.Normalised, f.TextbookPValue, f.PopulationStabilityIndex))]);
}
