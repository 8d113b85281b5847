using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Garch;

/// <summary>GARCH(1,1): h(t+1) = ω + α·e(t)² + β·h(t) (Bollerslev 1986). α+β above 1 is admissible for the likelihood and not forbidden here.</summary>
internal sealed class GarchRecursion : VarianceRecursion
{
    private const int Mu = 0;
    private const int Omega = 1;
    private const int Alpha = 2;
    private const int Beta = 3;

    public override IReadOnlyList<string> Parameters { get; } = ["omega", "alpha", "beta"];

    public override IReadOnlyList<(double Lower, double Upper)> Bounds { get; } = [(1e-9, 100), (0, 1), (0, 0.99999)];

    public override string Formula => "h[t+1] = omega + alpha*(y[t]-mu)^2 + beta*h[t]";

    public override string PresampleRule => "h[0] = e[0]^2 = mean((y-mu)^2) over the fitted days";

    public override string Constraints => "omega > 0, 0 <= alpha <= 1, 0 <= beta < 1; alpha+beta may exceed 1";

    /// <remarks>ω by variance targeting: the unconditional variance ω/(1−α−β) is 1.</remarks>
    public override IEnumerable<double[]> StartingPoints =>
        from alpha in (double[])[0.02, 0.05, 0.1, 0.2]
        from persistence in (double[])[0.5, 0.8, 0.9, 0.96, 0.99]
        select new[] { 1 - persistence, alpha, persistence - alpha };

    public override void Rescale(Span<double> parameters, double unit) => parameters[0] *= unit * unit;

    public override void Start(ReadOnlySpan<double> theta, in Presample presample, int derivatives, VarianceState state)
    {
        var sum = theta[Alpha] + theta[Beta];
        state.Variance = theta[Omega] + (sum * presample.Square);
        if (derivatives >= 1)
        {
            Array.Clear(state.Gradient);
            state.Gradient[Mu] = sum * presample.Slope;
            state.Gradient[Omega] = 1;
            state.Gradient[Alpha] = presample.Square;
            state.Gradient[Beta] = presample.Square;
        }

        if (derivatives >= 2)
        {
            var n = theta.Length;
            Array.Clear(state.Hessian);
            state.Hessian[(Mu * n) + Mu] = 2 * sum;
            state.Hessian[(Mu * n) + Alpha] = state.Hessian[(Alpha * n) + Mu] = presample.Slope;
            state.Hessian[(Mu * n) + Beta] = state.Hessian[(Beta * n) + Mu] = presample.Slope;
        }
    }

    public override void Step(ReadOnlySpan<double> theta, double residual, int derivatives, VarianceState state)
    {
        var (alpha, beta) = (theta[Alpha], theta[Beta]);
        var gradient = state.Gradient;

        // Second derivatives first: they need the gradient and variance of time t.
        if (derivatives >= 2)
        {
            var n = theta.Length;
            var hessian = state.Hessian;
            for (var i = 0; i <= Beta; i++)
            {
                for (var j = 0; j <= Beta; j++)
                {
                    hessian[(i * n) + j] *= beta;
                }
            }

            hessian[(Mu * n) + Mu] += 2 * alpha;
            hessian[(Mu * n) + Alpha] -= 2 * residual;
            hessian[(Alpha * n) + Mu] -= 2 * residual;
            for (var i = 0; i <= Beta; i++)
            {
                hessian[(Beta * n) + i] += gradient[i];
                hessian[(i * n) + Beta] += gradient[i];
            }
        }

        if (derivatives >= 1)
        {
            gradient[Mu] = (beta * gradient[Mu]) - (2 * alpha * residual);
            gradient[Omega] = (beta * gradient[Omega]) + 1;
            gradient[Alpha] = (beta * gradient[Alpha]) + (residual * residual);
            gradient[Beta] = (beta * gradient[Beta]) + state.Variance;
        }

        state.Variance = theta[Omega] + (alpha * residual * residual) + (beta * state.Variance);
    }

    public override double Persistence(ReadOnlySpan<double> theta) => theta[Alpha] + theta[Beta];

    /// <summary>With α = 0 the variance is deterministic and β only says how fast it forgets its start: β is then held at 0.</summary>
    public override IEnumerable<(int Index, double Value)> Unidentified(ReadOnlySpan<double> theta) =>
        theta[Alpha] == 0 ? [(Alpha, 0), (Beta, 0)] : [];

    public override string WriteStep(OnnxGraphBuilder graph, ReadOnlySpan<double> theta, string residual, string variance)
    {
        var news = graph.Node("Mul", [graph.Constant("alpha", [theta[Alpha]], []), graph.Node("Mul", [residual, residual])]);
        var memory = graph.Node("Mul", [graph.Constant("beta", [theta[Beta]], []), variance]);
        return graph.Node("Add", [graph.Node("Add", [graph.Constant("omega", [theta[Omega]], []), news]), memory]);
    }
}
