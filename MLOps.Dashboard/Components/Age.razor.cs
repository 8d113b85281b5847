using Microsoft.AspNetCore.Components;

namespace MLOps.Dashboard.Components;

/// <summary>How long ago something was; the exact time on hover.</summary>
public partial class Age
{
    [Parameter]
    public DateTimeOffset? Of { get; set; }

    [Inject]
    public TimeProvider Time { get; set; } = null!;
}
