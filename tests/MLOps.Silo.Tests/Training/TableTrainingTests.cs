using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Silo.Tests.Training;

/// <summary>Models that train on tables, and datasets that do not fit them.</summary>
public sealed class TableTrainingTests : IAsyncLifetime
{
    private readonly SiloFixture _silo = new()
    {
        Configure = services => services
            .AddSingleton<IModelDefinition>(new TableModel("variances", DataNeeds.Table("Realised variances: time, rv.", "rv")))
            .AddSingleton<IModelDefinition>(new TableModel("assets", DataNeeds.Assets(3, "closes")))
            .AddSingleton<IModelDefinition>(new TableModel("claims", new DataNeeds(false, false, [new NeededColumn("loss", true), new NeededColumn("text", false)], 0, "Claims: loss, text."))),
    };

    public async ValueTask InitializeAsync()
    {
        await _silo.InitializeAsync();
        await _silo.RegisterSp500Async("bars");
        await RegisterAsync("rv", "time,rv\n2020-01-02 16:00,1.5\n2020-01-02 17:00,\n2020-01-03 16:00,2\n");
        await RegisterAsync("untimed", "rv,loss,text\n1,2,a\n2,4,b\n");
        await RegisterAsync("panel", "date,A,B,C\n2020-01-02,1,2,3\n2020-01-03,4,5,6\n");
        await RegisterAsync("spelt", "time,rv\n2020-01-02,high\n");
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Theory]
    [InlineData("variances", "rv", 3, 3.5, "2020-01-03T16:00:00.0000000Z", "2020-01-03")]
    [InlineData("assets", "panel", 2, 21, "2020-01-03T00:00:00.0000000Z", "2020-01-03")]
    [InlineData("claims", "untimed", 2, 9, "none", null)]
    public async Task Start_TableThatFits_TrainsOnItsRows(string model, string dataset, int rows, double sum, string times, string? trainEnd)
    {
        var job = await EndAsync(Spec(model, dataset));

        Assert.True(job.Status == TrainingJobStatus.Completed, job.Message);
        var run = await _silo.Tracking.GetRunAsync(job.RunId!, TestContext.Current.CancellationToken);
        Assert.Equal((rows, sum), (run.Metrics.Single(metric => metric.Key == "rows").Value, run.Metrics.Single(metric => metric.Key == "sum").Value));
        Assert.Contains(new KeyValue("times", times), run.Tags);
        Assert.Equal(trainEnd is null ? [] : [trainEnd], run.Tags.Where(tag => tag.Key == "mlops.training.train_end").Select(tag => tag.Value));
    }

    [Theory]
    [InlineData("tcn-regime-classifier", "rv", "Daily bars: date, open, high, low, close, volume; version 1 is of kind 'table', not 'ohlcv'")]
    [InlineData("variances", "untimed", "version 1 has no column 'date' or 'time'; it has rv, loss, text")]
    [InlineData("variances", "panel", "version 1 has no column 'rv' of numbers; it has date (date), A (long), B (long), C (long)")]
    [InlineData("variances", "spelt", "version 1 has no column 'rv' of numbers; it has time (date), rv (string)")]
    [InlineData("claims", "rv", "version 1 has no column 'loss' of numbers, 'text' of texts")]
    [InlineData("assets", "rv", "version 1 has 1 columns of numbers, fewer than 3")]
    [InlineData("assets", "bars", "version 1 is of kind 'ohlcv', not 'table'")]
    public async Task Start_DatasetThatDoesNotFit_SaysWhatIsMissing(string model, string dataset, string said)
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => Job().StartAsync(Spec(model, dataset)));

        Assert.Equal(ProblemCode.InvalidArgument, error.Code);
        Assert.Contains($"'dataset' is '{dataset}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TrainEndOfATableWithoutTimes_IsRefused()
    {
        var error = await Assert.ThrowsAsync<MLOpsException>(() => Job().StartAsync(Spec("claims", "untimed") with { TrainEnd = "2020-01-02" }));

        Assert.Contains("'train_end' is '2020-01-02': expected none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalog_Models_SayWhatTheyNeedAndServe()
    {
        var models = await _silo.Grains.GetGrain<ITrainingCatalogGrain>(0).ListAsync();

        var tcn = models.Single(model => model.Id == "tcn-regime-classifier").Data;
        Assert.Equal(("ohlcv", true, 5), (tcn.Kind, tcn.NeedsTime, tcn.Columns.Count));
        var garch = models.Single(model => model.Id == "garch");
        Assert.Equal(("table", false, 0), (garch.Data.Kind, garch.Data.NeedsTime, garch.Data.Columns.Count));
        Assert.Equal(["y", "h"], garch.Inputs.Select(input => input.Name));
        Assert.Equal([-1, 1], garch.Outputs[0].Shape);
        var claims = models.Single(model => model.Id == "claims").Data;
        Assert.Equal([new CatalogColumn("loss", "number"), new CatalogColumn("text", "text")], claims.Columns);
        Assert.Equal(3, models.Single(model => model.Id == "assets").Data.MinimumNumbers);
    }

    private static TrainingJobSpec Spec(string model, string dataset) => new(model, dataset, 0, "", null, null, [], null);

    private ITrainingJobGrain Job() => _silo.Grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N"));

    private Task<DatasetVersion> RegisterAsync(string name, string csv) => _silo.RegisterAsync(name, "table", new MemoryStream(Encoding.UTF8.GetBytes(csv)));

    private async Task<TrainingJobSnapshot> EndAsync(TrainingJobSpec spec)
    {
        var job = Job();
        await job.StartAsync(spec);
        return await SiloFixture.WaitForAsync("the end of the job", () => job.GetAsync(), state => state.EndTime is not null);
    }
}
