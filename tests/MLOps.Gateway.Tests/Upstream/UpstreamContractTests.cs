using MLOps.Tracking.Tests.LoggedModels;
using MLOps.Tracking.Tests.Models;
using MLOps.Tracking.Tests.Runs;
using MLOps.Tracking.Tests.Search;

namespace MLOps.Gateway.Tests.Upstream;

// The promises of the stores, kept by those that have another server behind them: the same tests as on the databases.

public sealed class UpstreamLogTests(UpstreamServer server) : LogTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamSilenceTests(UpstreamServer server) : SilenceTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamTrialsTests(UpstreamServer server) : TrialsTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamRegistryTests(UpstreamServer server) : RegistryTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamRegistryHistoryTests(UpstreamServer server) : RegistryHistoryTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamRunSearchPropertyTests(UpstreamServer server) : RunSearchPropertyTests, IClassFixture<UpstreamServer>
{
    protected override int Samples => 20;

    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamLoggedModelTests(UpstreamServer server) : LoggedModelTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}

public sealed class UpstreamSamplingTests(UpstreamServer server) : SamplingTests, IClassFixture<UpstreamServer>
{
    protected override string? DatabaseUri() => server.Emptied();
}
