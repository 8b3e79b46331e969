"""What was announced, chosen and received stays; an agent that leaves is not taken up again meanwhile."""

from django.db import migrations

RULES = """
CREATE FUNCTION exits_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('closed', 'withdrawn') THEN
        RAISE EXCEPTION 'an exit plan stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.kind, NEW.agent_id, NEW.how, NEW.successor, NEW.why, NEW.last_day, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM
       (OLD.kind, OLD.agent_id, OLD.how, OLD.successor, OLD.why, OLD.last_day, OLD.proposed_by_id, OLD.proposed_at) THEN
        RAISE EXCEPTION 'what was proposed is announced or withdrawn, never changed' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'announced' AND (NEW.state NOT IN ('announced', 'closed') OR
       (NEW.announced_by_id, NEW.announced_at, NEW.announced_on) IS DISTINCT FROM
       (OLD.announced_by_id, OLD.announced_at, OLD.announced_on)) THEN
        RAISE EXCEPTION 'an announced exit is only closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exit_plan_stays BEFORE UPDATE OR DELETE ON exits_exitplan
    FOR EACH ROW EXECUTE FUNCTION exits_keep_plan();

CREATE FUNCTION exits_keep_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.receipt_at IS NOT NULL THEN
        RAISE EXCEPTION 'a step that is done stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.plan_id, NEW.number_id, NEW.holder_id, NEW.reservation_id) IS DISTINCT FROM
       (OLD.plan_id, OLD.number_id, OLD.holder_id, OLD.reservation_id) OR
       NOT EXISTS (SELECT FROM exits_exitplan p WHERE p.id = OLD.plan_id AND p.state = 'announced') THEN
        RAISE EXCEPTION 'a step changes while its plan is announced, and only in what was chosen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exit_step_stays BEFORE UPDATE OR DELETE ON exits_exitstep
    FOR EACH ROW EXECUTE FUNCTION exits_keep_step();

CREATE FUNCTION exits_keep_suspended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM exits_exitplan p WHERE p.agent_id = NEW.id AND p.state = 'announced') THEN
        RAISE EXCEPTION 'an agent whose exit is announced takes up nothing new' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leaving_agent_stays_suspended BEFORE UPDATE OF state ON parties_agent
    FOR EACH ROW WHEN (NEW.state = 'active' AND OLD.state <> 'active') EXECUTE FUNCTION exits_keep_suspended();
"""
DROP = """
DROP TRIGGER exit_plan_stays ON exits_exitplan; DROP FUNCTION exits_keep_plan();
DROP TRIGGER exit_step_stays ON exits_exitstep; DROP FUNCTION exits_keep_step();
DROP TRIGGER leaving_agent_stays_suspended ON parties_agent; DROP FUNCTION exits_keep_suspended();
"""


class Migration(migrations.Migration):

    dependencies = [('exits', '0002_exit_plans'), ('parties', '0009_agents')]

    operations = [migrations.RunSQL(RULES, DROP)]
