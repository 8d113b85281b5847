using MLOps.Client.Runs;
using static TorchSharp.torch;

namespace MLOps.Client.Autologging;

/// <summary>Logs a TorchSharp training while it goes: the optimizer and its hyper-parameters, the model's summary, each step's loss, each epoch's mean loss, the learning rate.</summary>
/// <remarks>Off unless MLFLOW_AUTO_LOG_PYTORCH is true or <see cref="TorchAutologOptions.Enabled"/> says so; then every call does nothing, so that the training's code stays the same.
/// It takes no part in the training, owns neither model nor optimizer, and is used from one thread.</remarks>
/// <example><code>
/// using var auto = await TorchAutolog.StartAsync(run, model, optimizer);
/// // in the loop: auto.Step(loss); after each epoch: auto.EndEpoch(("val_loss", validation));
/// </code></example>
public sealed class TorchAutolog : IDisposable
{
    /// <summary>The switch that turns it on for a process.</summary>
    public const string Variable = "MLFLOW_AUTO_LOG_PYTORCH";

    private readonly ActiveRun _run;
    private readonly optim.Optimizer _optimizer;
    private readonly TorchAutologOptions _options;
    private long _step;
    private int _epoch;
    private double _lossSum;
    private int _losses;

    private TorchAutolog(ActiveRun run, optim.Optimizer optimizer, TorchAutologOptions options, bool active)
    {
        _run = run;
        _optimizer = optimizer;
        _options = options;
        IsActive = active;
    }

    /// <summary>Whether anything is logged.</summary>
    public bool IsActive { get; }

    /// <summary>Logs what is known before the first step, and makes the logger of the rest.</summary>
    /// <exception cref="MLOpsClientException">It could not be logged.</exception>
    /// <exception cref="FormatException">MLFLOW_AUTO_LOG_PYTORCH is neither true nor false.</exception>
    public static async Task<TorchAutolog> StartAsync(
        ActiveRun run,
        nn.Module model,
        optim.Optimizer optimizer,
        TorchAutologOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new TorchAutologOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.EveryNSteps);
        var auto = new TorchAutolog(run, optimizer, options, options.Enabled ?? MLOpsClientOptions.ReadSwitch(Variable));
        if (auto.IsActive)
        {
            // What touches tensors comes before the first await: a continuation may run on another thread, outside the caller's dispose scope.
            var summary = ModelSummary.Of(model, options.ExampleInput);
            await run.LogParamsAsync(OptimizerParams.Of(optimizer), cancellationToken);
            await run.LogTextAsync(options.SummaryPath, summary, cancellationToken);
        }

        return auto;
    }

    /// <summary>Logs one step's loss (<c>train_loss_step</c>) and the learning rate that it was made with (<c>learning_rate</c>).</summary>
    /// <param name="loss">One number, of any element type, on any device. Reading it waits for the device.</param>
    public void Step(Tensor loss)
    {
        if (IsActive)
        {
            using var value = loss.detach().to_type(ScalarType.Float64);
            Step(value.cpu().item<double>());
        }
    }

    /// <inheritdoc cref="Step(Tensor)"/>
    public void Step(double loss)
    {
        if (!IsActive)
        {
            return;
        }

        _lossSum += loss;
        _losses++;
        if (_options.EveryNSteps > 0 && _step % _options.EveryNSteps == 0)
        {
            _run.LogMetric("train_loss_step", loss, _step);
            _run.LogMetrics(OptimizerParams.LearningRates(_optimizer), _step);
        }

        _step++;
    }

    /// <summary>Logs an epoch's mean loss (<c>train_loss</c>, by epoch, from 0), and what the caller measured.</summary>
    /// <param name="metrics">For example <c>("val_loss", 0.21)</c>.</param>
    public void EndEpoch(params ReadOnlySpan<(string Key, double Value)> metrics)
    {
        if (!IsActive)
        {
            return;
        }

        if (_losses > 0)
        {
            _run.LogMetric("train_loss", _lossSum / _losses, _epoch);
        }

        if (_options.EveryNSteps == 0)
        {
            _run.LogMetrics(OptimizerParams.LearningRates(_optimizer), _epoch);
        }

        foreach (var (key, value) in metrics)
        {
            _run.LogMetric(key, value, _epoch);
        }

        (_lossSum, _losses) = (0, 0);
        _epoch++;
    }

    /// <summary>Logs the mean of an epoch that was begun and not ended, as when a training is stopped. The run stays open.</summary>
    public void Dispose()
    {
        if (_losses > 0)
        {
            EndEpoch();
        }
    }
}
