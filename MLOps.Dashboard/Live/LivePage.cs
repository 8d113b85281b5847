using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLOps.Dashboard.Hosting;

namespace MLOps.Dashboard.Live;

/// <summary>A component that shows a <see cref="LiveModel"/> and keeps it fresh while somebody looks.</summary>
public abstract class LivePage<TModel> : ComponentBase, IDisposable
    where TModel : LiveModel
{
    private readonly CancellationTokenSource _leaving = new();

    [Inject]
    public TModel Model { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    [Inject]
    public IOptions<DashboardOptions> Options { get; set; } = null!;

    /// <summary>Cancelled when the person leaves the page.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected override Task OnParametersSetAsync()
    {
        Configure();
        return Model.RefreshAsync(Leaving);
    }

    /// <summary>Hands the page's parameters to the model, before it loads.</summary>
    protected virtual void Configure()
    {
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // Only in a circuit: the first, static rendering shows one state and ends.
        if (firstRender)
        {
            _ = KeepFreshAsync();
        }
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _leaving.Cancel();
            _leaving.Dispose();
        }
    }

    private async Task KeepFreshAsync()
    {
        var leaving = Leaving;
        try
        {
            using var timer = new PeriodicTimer(Options.Value.RefreshInterval, Time);
            while (await timer.WaitForNextTickAsync(leaving))
            {
                await InvokeAsync(async () =>
                {
                    await Model.RefreshAsync(leaving);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The person has left.
        }
        catch (Exception e) when (!leaving.IsCancellationRequested)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
