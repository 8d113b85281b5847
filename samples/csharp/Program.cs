// A training script: tracks a run, logs every epoch, keeps the model and moves it to Staging. Where it goes is MLFLOW_TRACKING_URI's to say.
using System.Globalization;
using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Samples.Training;

const int Epochs = 100;
const int BatchSize = 64;
const double LearningRate = 0.05;
const int Seed = 7;

var data = RegimeData.Read(Path.Combine(AppContext.BaseDirectory, "sp500.csv"), new DateOnly(2016, 12, 31));
var model = new SoftmaxRegression(RegimeData.Features, RegimeData.Classes, Seed);

using var mlops = MLOpsClient.FromEnvironment();
try
{
    await mlops.TrackAsync("financial-models", "regime-training-v3", async run =>
    {
        await run.LogParamsAsync(new Dictionary<string, object>
        {
            ["learning_rate"] = LearningRate,
            ["batch_size"] = BatchSize,
            ["epochs"] = Epochs,
            ["seed"] = Seed,
        });

        // Whatever is learnt must beat knowing how often each regime comes.
        await run.LogParamAsync("baseline_prior_log_loss", data.PriorLogLoss().ToString("F4", CultureInfo.InvariantCulture));

        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var trainLoss = model.TrainEpoch(data.Fit, LearningRate, BatchSize);
            run.LogMetric("train_loss", trainLoss, epoch);
            run.LogMetric("val_loss", model.LogLoss(data.Validation), epoch);
        }

        var file = Path.Combine(Path.GetTempPath(), $"regime-{run.Id}.onnx");
        await File.WriteAllBytesAsync(file, OnnxFile.Of(model));
        try
        {
            var version = await run.LogOnnxModelAsync(file, new OnnxModelOptions { RegisteredModelName = "regime_detector" });
            await mlops.Models.TransitionAsync("regime_detector", version!.Version, ModelStage.Staging);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"run {run.Id}: validation log-loss {model.LogLoss(data.Validation):F4} (prior {data.PriorLogLoss():F4}); regime_detector version {version.Version} is in Staging"));
        }
        finally
        {
            File.Delete(file);
        }
    });
    return 0;
}
catch (MLOpsClientException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
