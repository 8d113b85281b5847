using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Data;
using MLOps.Silo.Jobs;
using MLOps.Silo.Models;
using MLOps.Silo.Roles;
using MLOps.Tracking;
using Attempt = MLOps.Contracts.Training.Retraining;

namespace MLOps.Silo.Training.Retraining;

/// <summary>Carries an endpoint's retraining policy out, one training at a time. A reminder of one minute looks whether one is due and outlives every silo; a timer looks more often while
/// one is under way. What is to be done next is written before it is done, and each thing can be done again, so that a crash between any two leaves neither a gap nor a second version.</summary>
[GrainType("retraining"), PreferRole(SiloRoles.Training)]
internal sealed partial class RetrainingGrain(
    [PersistentState("retraining")] IPersistentState<RetrainingState> state,
    RetrainingPolicyCheck check,
    VersionEvaluation evaluation,
    IModelRegistryStore registry,
    IOptions<TrainingOptions> options,
    TrainingInstruments instruments,
    TimeProvider time,
    ILogger<RetrainingGrain> logger) : Grain, IRetrainingGrain, IRemindable
{
    /// <summary>Who is written in the histories.</summary>
    public const string By = "mlops-retraining";

    /// <summary>The alias of the newest version that a policy trained.</summary>
    public const string Challenger = "challenger";

    private const string Reminder = "retraining";
    private const int MostHistory = 50;
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private IGrainTimer? _timer;
    private Task? _validating;

    private string Endpoint => this.GetPrimaryKeyString();

    private RetrainingPolicy Policy => state.State.Policy ?? throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{NameRules.Shortened(Endpoint)}' has no retraining policy.");

    private IEndpointGrain Served => GrainFactory.GetGrain<IEndpointGrain>(Endpoint);

    private IRegisteredModelGrain Model => GrainFactory.GetGrain<IRegisteredModelGrain>(state.State.Current!.ModelName);

    private INameIndexGrain Index => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Retraining);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Current is not null)
        {
            Watch();
        }

        if (state.State.Policy is not null)
        {
            // One that was set before there was a list.
            await Index.AddAsync(Endpoint);
        }

        await base.OnActivateAsync(cancellationToken);
    }

    public async Task<RetrainingSnapshot> SetAsync(RetrainingPolicy policy)
    {
        await Served.GetAsync();
        var complete = await check.CheckAsync(policy);
        var now = Now();
        state.State.Policy = complete;
        state.State.NextTime = complete.EveryMs is { } every ? now + every : null;

        // What was raised before is known to whoever sets the policy.
        state.State.AlertsSeen = now;
        await Index.AddAsync(Endpoint);
        await WriteAsync();
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        LogSet(logger, Endpoint, complete.Training.Model, complete.Training.Dataset);
        return Seen();
    }

    public Task<RetrainingSnapshot> GetAsync() => Task.FromResult(Seen());

    public async Task DeleteAsync()
    {
        _ = Policy;
        await ForgetAsync();
        LogDeleted(logger, Endpoint);
    }

    public async Task<RetrainingSnapshot> BeginAsync(string by)
    {
        var policy = Policy;
        if (state.State.Current is { } current)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{Endpoint}' is being retrained by job '{current.JobId}' ({current.Step}): one at a time.");
        }

        await BeginAsync(policy, $"asked for by {by}");
        return Seen();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync();

    private void Watch() => _timer ??= this.RegisterGrainTimer(
        LookAsync,
        new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.Value.SearchInterval, KeepAlive = true });

    private async Task LookAsync()
    {
        try
        {
            if (state.State.Policy is null && state.State.Current is null)
            {
                await UnregisterAsync();
            }
            else if (state.State.Current is { } current)
            {
                Watch();
                await AdvanceAsync(current);
            }
            else if (await DueAsync() is { } reason)
            {
                await BeginDueAsync(Policy, reason);
            }
        }
        catch (Exception exception) when (JobFault.IsTransient(exception))
        {
            // A store or a silo did not answer: the next look does the same again.
            LogNotAdvanced(logger, exception, Endpoint);
        }
#pragma warning disable CA1031 // Nobody waits for a look: the history must say what ended the training.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, Endpoint);
            if (state.State.Current is { } current)
            {
                await EndAsync(current, RetrainingStep.Failed, MessageOf(exception));
            }
        }
    }

    /// <returns>Why a training is to begin now; null: none is.</returns>
    private async Task<string?> DueAsync()
    {
        try
        {
            await Served.GetAsync();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            LogEndpointGone(logger, Endpoint);
            await ForgetAsync();
            return null;
        }

        if (Policy.OnDrift)
        {
            var alerts = await GrainFactory.GetGrain<IMonitorGrain>(Endpoint).GetAlertsAsync();
            if (alerts.Where(alert => alert is { Kind: AlertKind.Drift, Replay: null, EndpointRemovedAt: null } && alert.RaisedAt > state.State.AlertsSeen).MaxBy(alert => alert.RaisedAt) is { } alert)
            {
                return $"drift: {alert.Message}";
            }
        }

        return state.State.NextTime <= Now() ? "schedule" : null;
    }

    /// <summary>A training that nobody waits for: what keeps it from beginning goes into the history, and the schedule goes on.</summary>
    private async Task BeginDueAsync(RetrainingPolicy policy, string reason)
    {
        try
        {
            await BeginAsync(policy, reason);
        }
#pragma warning disable CA1031 // Nobody waits for it: the history must say what kept it from beginning, or it is tried again every minute.
        catch (Exception exception) when (state.State.Current is null && !JobFault.IsTransient(exception))
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, Endpoint);
            var now = Now();
            Due(policy, now);
            await EndAsync(
                new Attempt(Guid.NewGuid().ToString("N"), reason, RetrainingStep.Training, policy.Training.RegisterAs ?? "", policy.Training.DatasetVersion, null, null, null, null, null, now, null),
                RetrainingStep.Failed,
                $"It could not begin: {MessageOf(exception)}");
        }
    }

    /// <summary>When the next one is due, after one that began, or could not.</summary>
    private void Due(RetrainingPolicy policy, long now)
    {
        state.State.NextTime = policy.EveryMs is { } every ? now + every : null;
        state.State.AlertsSeen = now;
    }

    private async Task BeginAsync(RetrainingPolicy policy, string reason)
    {
        var serving = Champion(await Served.GetAsync());
        var version = (await GrainFactory.GetGrain<IDatasetGrain>(policy.Training.Dataset).GetVersionsAsync())[^1];
        var rows = await ReadAsync(version);

        // Only now: what did not answer is asked again with the next look, for the same reason.
        var now = Now();
        Due(policy, now);
        state.State.CurrentPolicy = policy;
        state.State.Current = new Attempt(
            Guid.NewGuid().ToString("N"), reason, RetrainingStep.Training, policy.Training.RegisterAs ?? serving.ModelName, version.Version, null, null, null, null, null, now, null);
        if (TrainingEnd.Before(rows.Times, rows.Count - policy.ValidationRows) is not { } end)
        {
            await EndAsync(state.State.Current, RetrainingStep.Failed, $"Dataset '{version.Name}' version {version.Version} has {rows.Count} rows{(rows.Times is null ? " without times" : "")}: the newest {policy.ValidationRows} are to validate on, and no day before the first of them is left to train on.");
            return;
        }

        state.State.TrainEnd = Day(end);
        await WriteAsync();
        LogBegun(logger, Endpoint, state.State.Current.JobId, reason);
        Watch();
        await AdvanceAsync(state.State.Current);
    }

    private static string MessageOf(Exception exception) => exception is MLOpsException ? exception.Message : JobFault.Unexpected(exception, "it");

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Off the grain's own thread: a file may be large.</summary>
    private Task<TrainingData> ReadAsync(DatasetVersion version) => Task.Run(() => evaluation.ReadAsync(version, CancellationToken.None));

    private Task AdvanceAsync(Attempt current) => current.Step switch
    {
        RetrainingStep.Training => TrainAsync(current),
        RetrainingStep.Validating => ValidateAsync(current),
        RetrainingStep.Staging => StageAsync(current),
        _ => FollowCanaryAsync(current),
    };

    private async Task TrainAsync(Attempt current)
    {
        var grain = GrainFactory.GetGrain<ITrainingJobGrain>(current.JobId);
        TrainingJobSnapshot job;
        try
        {
            job = await grain.GetAsync();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            await grain.StartAsync(state.State.CurrentPolicy!.Training with { DatasetVersion = current.DatasetVersion, TrainEnd = state.State.TrainEnd, RegisterAs = current.ModelName });
            return;
        }

        if (job.Status == TrainingJobStatus.Completed)
        {
            var trained = current with { Version = job.ModelVersion!.Value };

            // The alias first: done again, it is the same line of the history only if it changes something.
            await Model.SetAliasAsync(Challenger, trained.Version.Value, Note($"trained by job {current.JobId} on {state.State.CurrentPolicy!.Training.Dataset} version {current.DatasetVersion} up to {state.State.TrainEnd}; {current.Reason}"));
            await SetAsync(trained with { Step = RetrainingStep.Validating });
        }
        else if (job.IsEnded)
        {
            await EndAsync(current, RetrainingStep.Failed, $"Its training job {job.Status.ToString().ToLowerInvariant()}: {job.Message}");
        }
    }

    /// <summary>Compares off the grain's own thread; a look that finds it done goes on from its result.</summary>
    private async Task ValidateAsync(Attempt current)
    {
        _validating ??= CompareAsync(current, state.State.CurrentPolicy!);
        if (!_validating.IsCompleted)
        {
            return;
        }

        var comparing = (Task<Attempt>)_validating;
        _validating = null;
        var compared = await comparing;
        var policy = state.State.CurrentPolicy!;
        var passed = IsBetter(compared, policy);
        var verdict = $"{Facts(compared, policy)}: {(passed ? "validated" : "rejected")}";
        await Model.SetVersionTagAsync(compared.Version!.Value, PromotionRule.ValidationTag, passed ? PromotionRule.Passed : "failed");
        if (passed)
        {
            await SetAsync(compared with { Step = RetrainingStep.Staging, Message = verdict });
            await StageAsync(state.State.Current!);
        }
        else
        {
            await MoveAsync(compared, ModelStage.Archived, verdict);
            await EndAsync(compared, RetrainingStep.Rejected, verdict);
        }
    }

    private async Task<Attempt> CompareAsync(Attempt current, RetrainingPolicy policy)
    {
        var dataset = (await GrainFactory.GetGrain<IDatasetGrain>(policy.Training.Dataset).GetVersionsAsync()).First(version => version.Version == current.DatasetVersion);
        var rows = await ReadAsync(dataset);
        if (TrainingEnd.Before(rows.Times, rows.Count - policy.ValidationRows) is not { } end || string.CompareOrdinal(state.State.TrainEnd, Day(end)) > 0)
        {
            // Begun by an earlier release, which ended a training within the day of the first row to be judged by.
            throw new MLOpsException(ProblemCode.InvalidState, $"It was trained up to {state.State.TrainEnd}, on rows of the newest {policy.ValidationRows} that it is to be judged by.");
        }

        var challenger = await registry.GetModelVersionAsync(current.ModelName, current.Version!.Value);
        var figure = await evaluation.ScoreAsync(challenger, rows, policy.ValidationRows, policy.Metric, CancellationToken.None);
        var serving = Champion(await Served.GetAsync());
        double? other = null;
        if (policy.Threshold is null)
        {
            other = await evaluation.ScoreAsync(await registry.GetModelVersionAsync(serving.ModelName, serving.ModelVersion), rows, policy.ValidationRows, policy.Metric, CancellationToken.None);
        }

        return current with { Figure = figure, Current = serving.ModelVersion, CurrentFigure = other };
    }

    private async Task StageAsync(Attempt current)
    {
        await MoveAsync(current, ModelStage.Staging, current.Message!);
        if (state.State.CurrentPolicy!.Canary is { } canary)
        {
            await SetAsync(current with { Step = RetrainingStep.Canary });
            await FollowCanaryAsync(state.State.Current!);
        }
        else
        {
            await EndAsync(current, RetrainingStep.Succeeded, current.Message);
        }
    }

    private async Task FollowCanaryAsync(Attempt current)
    {
        var endpoint = await Served.GetAsync();
        if (endpoint.Canary is not { } canary || Find(endpoint, canary.Spec.Variant)?.ModelUri != UriOf(current))
        {
            await DeployAsync(current, endpoint);
            return;
        }

        if (canary.Status == CanaryStatus.Running)
        {
            return;
        }

        var outcome = $"canary {canary.Spec.Variant} of endpoint {Endpoint} {canary.Status switch { CanaryStatus.Promoted => "was promoted", CanaryStatus.RolledBack => "was rolled back", _ => "was aborted" }}: {canary.Reason}";
        if (canary.Status == CanaryStatus.Promoted)
        {
            await Model.SetAliasAsync("champion", current.Version!.Value, Note(outcome));
            await EndAsync(current, RetrainingStep.Succeeded, $"{current.Message}; {outcome}");
        }
        else
        {
            await MoveAsync(current, ModelStage.Archived, outcome);
            await EndAsync(current, RetrainingStep.Rejected, $"{current.Message}; {outcome}");
        }
    }

    /// <summary>Puts the version beside what the endpoint serves; live variants that get no traffic, left from earlier canaries, go.</summary>
    private async Task DeployAsync(Attempt current, EndpointSnapshot endpoint)
    {
        if (endpoint.Canary is { Status: CanaryStatus.Running } other)
        {
            // Somebody else's: it comes first.
            if (current.Message?.Contains("waits", StringComparison.Ordinal) != true)
            {
                await SetAsync(current with { Message = $"{current.Message}; waits for the canary of '{other.Spec.Variant}' to end" });
            }

            return;
        }

        // The version's number, unless a version of another model has the name.
        var name = string.Create(CultureInfo.InvariantCulture, $"v{current.Version}");
        if (Find(endpoint, name) is { } taken && taken.ModelUri != UriOf(current))
        {
            name = $"{name}-{current.JobId[..8]}";
        }

        var champion = Champion(endpoint).Spec;
        var canary = state.State.CurrentPolicy!.Canary!;
        await Model.SetAliasAsync("canary", current.Version!.Value, Note($"canary {name} of endpoint {Endpoint} begins"));
        await Served.DeployAsync(
            new EndpointSpec(
                [
                    .. endpoint.Variants.Select(variant => variant.Spec).Where(variant => variant.Name != name && (variant.Role == VariantRole.Shadow || variant.Weight > 0)),
                    champion with { Name = name, ModelUri = UriOf(current), Weight = 0 },
                ],
                endpoint.Description,
                new CanarySpec(name, canary.Steps, canary.Rules),
                null,
                endpoint.Limits,
                endpoint.Capture),
            By,
            RunningCanary.Refuse);
    }

    private static string UriOf(Attempt current) => string.Create(CultureInfo.InvariantCulture, $"models:/{current.ModelName}/{current.Version}");

    private static VariantSpec? Find(EndpointSnapshot endpoint, string variant) => endpoint.Variants.Select(known => known.Spec).FirstOrDefault(known => known.Name == variant);

    private async Task MoveAsync(Attempt current, ModelStage stage, string comment)
    {
        // Once: a crash may have come after it.
        if ((await registry.GetModelVersionAsync(current.ModelName, current.Version!.Value)).Stage != stage)
        {
            await Model.TransitionStageAsync(new TransitionStage(current.Version.Value, stage, false, By, $"endpoint {Endpoint}: {comment}"));
        }
    }

    private static bool IsBetter(Attempt compared, RetrainingPolicy policy)
    {
        var bar = policy.Threshold ?? compared.CurrentFigure!.Value;
        return policy.HigherIsBetter
            ? policy.Threshold is null ? compared.Figure > bar : compared.Figure >= bar
            : policy.Threshold is null ? compared.Figure < bar : compared.Figure <= bar;
    }

    private static string Facts(Attempt compared, RetrainingPolicy policy) => string.Create(
        CultureInfo.InvariantCulture,
        $"{policy.Metric} {compared.Figure:G6} on the newest {policy.ValidationRows} rows of {policy.Training.Dataset} version {compared.DatasetVersion}, {(policy.Threshold is { } threshold ? $"threshold {threshold:G6}" : $"version {compared.Current} has {compared.CurrentFigure:G6}")}");

    /// <summary>The live variant that most callers get.</summary>
    private static VariantState Champion(EndpointSnapshot endpoint) =>
        endpoint.Variants.Where(variant => variant.Spec.Role == VariantRole.Live).MaxBy(variant => variant.Spec.Weight)
        ?? throw new MLOpsException(ProblemCode.InvalidState, $"Endpoint '{endpoint.Name}' has no live variant.");

    private static ChangeNote Note(string comment) => new(By, comment);

    private async Task EndAsync(Attempt current, RetrainingStep step, string? message)
    {
        var ended = current with { Step = step, Message = message, EndTime = Now() };
        state.State.History.Add(ended);
        if (state.State.History.Count > MostHistory)
        {
            state.State.History.RemoveAt(0);
        }

        (state.State.Current, state.State.CurrentPolicy) = (null, null);
        _validating = null;
        await WriteAsync();
        _timer?.Dispose();
        _timer = null;
        instruments.OnRetrained(Endpoint, step.ToString().ToLowerInvariant());
        LogEnded(logger, Endpoint, step.ToString(), message);
    }

    private async Task ForgetAsync()
    {
        (state.State.Policy, state.State.NextTime, state.State.Current, state.State.CurrentPolicy) = (null, null, null, null);
        state.State.History.Clear();
        await WriteAsync();
        _timer?.Dispose();
        _timer = null;
        _validating = null;
        await UnregisterAsync();
        await Index.RemoveAsync(Endpoint);
    }

    private async Task UnregisterAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private Task SetAsync(Attempt current)
    {
        state.State.Current = current;
        return WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // The next call starts from what the store has.
            DeactivateOnIdle();
            throw;
        }
    }

    private RetrainingSnapshot Seen() => new(
        Endpoint,
        Policy,
        state.State.NextTime,
        (state.State.Current is { } current ? state.State.History.Append(current) : state.State.History).Reverse().ToArray());

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} has a retraining policy: {ModelId} on {DatasetName}")]
    private static partial void LogSet(ILogger logger, string endpointName, string modelId, string datasetName);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} has no retraining policy any more")]
    private static partial void LogDeleted(ILogger logger, string endpointName);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is gone, and its retraining policy with it")]
    private static partial void LogEndpointGone(ILogger logger, string endpointName);

    [LoggerMessage(LogLevel.Information, "Endpoint {EndpointName} is retrained by job {JobId}: {Reason}")]
    private static partial void LogBegun(ILogger logger, string endpointName, string jobId, string reason);

    [LoggerMessage(LogLevel.Information, "The retraining of endpoint {EndpointName} ended: {Step}, {Outcome}")]
    private static partial void LogEnded(ILogger logger, string endpointName, string step, string? outcome);

    [LoggerMessage(LogLevel.Warning, "The retraining of endpoint {EndpointName} could not go on: a store or a silo did not answer, and it tries again")]
    private static partial void LogNotAdvanced(ILogger logger, Exception exception, string endpointName);

    [LoggerMessage(LogLevel.Error, "The retraining of endpoint {EndpointName} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string endpointName);
}
