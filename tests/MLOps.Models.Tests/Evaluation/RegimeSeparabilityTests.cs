using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation.Validation;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>GARCH trained on the S&amp;P 500 to the end of 2012: quiet months before and after, storms further off on both sides.</summary>
public sealed class RegimeSeparabilityTests
{
    private const int Rows = 60;
    private static readonly IModelDefinition Garch = new ModelCatalog().Find("garch")!;
    private static readonly TrainingData All = TrainingData.FromBars(TestSeries.Sp500);
    private static readonly int TrainedTo = TestSeries.Sp500.Dates.Count(date => date <= new DateOnly(2012, 12, 31));
    private static readonly TrainedModel Model = Garch.Train(new TrainingRequest(All.Rows(0, TrainedTo), null, new Dictionary<string, string>()), new RecordingObserver(), CancellationToken.None);
    private static readonly bool?[] IsHigh = MarketRegime.Of(Garch, Model, All, TrainedTo).IsHigh;

    [Fact]
    public void Of_UnseenRowsAllCalm_MeasuresTheNearestUnseenRowsThatAreNot()
    {
        var calm = Calm(TrainedTo, All.Count);
        var report = Of(All, calm);

        var expected = Enumerable.Range(1, (All.Count - calm.To) / Rows).Select(step => calm.From + (step * Rows)).First(from => IsHigh[from..(from + Rows)] is var labels && labels.Count(isHigh => isHigh == true) is > 1 and < Rows - 1);
        var there = Of(All, new ValidationRows(expected, expected + Rows, TrainedTo, "those themselves"));
        Assert.Equal(there.Values[ValidationNames.RegimeFisher], report.Values[ValidationNames.RegimeFisher]);
        Assert.Equal(there.Values[ValidationNames.RegimeSilhouette], report.Values[ValidationNames.RegimeSilhouette]);
        Assert.Contains($"rows {expected} to {expected + Rows - 1}, which the training has not seen", JsonSerializer.Serialize(report.Facts["regime"]), StringComparison.Ordinal);

        // The other metrics stay those of the rows that were scored.
        Assert.Equal(calm, report.Rows);
        Assert.Equal(Of(All.Rows(0, calm.To), calm).Values[ValidationNames.TemporalContinuity], report.Values[ValidationNames.TemporalContinuity]);
    }

    [Fact]
    public void Of_NoLaterRows_SaysHowManyThereAreOfEachAndTakesNoneThatWereSeen()
    {
        var calm = Calm(TrainedTo, All.Count);
        var report = Of(All.Rows(0, calm.To), calm);

        Assert.DoesNotContain(ValidationNames.RegimeFisher, report.Values.Keys);
        Assert.Equal("of 60 scored rows 0 are of high volatility and 60 of low, at least 2 of each are needed, and no later rows have both", report.Gaps[ValidationNames.RegimeFisher]);
        Assert.Equal(report.Gaps[ValidationNames.RegimeFisher], report.Gaps[ValidationNames.RegimeSilhouette]);
        Assert.Contains("\"LowRows\":60", JsonSerializer.Serialize(report.Facts["regime"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SeenRowsAllCalm_MeasuresEarlierRows()
    {
        var calm = Calm(0, TrainedTo);
        var report = Of(All.Rows(0, TrainedTo), calm);

        Assert.Contains(ValidationNames.RegimeFisher, report.Values.Keys);
        var facts = JsonSerializer.SerializeToElement(report.Facts["regime"]);
        Assert.Contains("which the training has seen", facts.GetProperty("Rows").GetString(), StringComparison.Ordinal);
        Assert.Equal(Rows, facts.GetProperty("HighRows").GetInt32() + facts.GetProperty("LowRows").GetInt32());
    }

    private static ValidationReport Of(TrainingData data, ValidationRows rows) => ModelValidation.Of(Garch, Model, data, [rows], folds: 5, TestContext.Current.CancellationToken);

    /// <summary>The newest of the rows before <paramref name="to"/> of which none is turbulent, or the first after the training.</summary>
    private static ValidationRows Calm(int from, int to)
    {
        var starts = Enumerable.Range(from, to - from - Rows + 1);
        var first = (from < TrainedTo ? starts.Reverse() : starts).First(start => Array.TrueForAll(IsHigh[start..(start + Rows)], isHigh => isHigh == false));
        return new ValidationRows(first, first + Rows, TrainedTo, "calm rows");
    }
}
